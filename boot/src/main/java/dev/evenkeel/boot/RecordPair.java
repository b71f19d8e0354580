// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import dev.evenkeel.core.Disk;
import dev.evenkeel.core.MalformedInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The two copies of a boot record, each at the start of its own partition. One lock, its own,
/// guards reading and writing.
final class RecordPair {
    private final RecordCodec codec;
    private final Disk first;
    private final Disk second;

    RecordPair(RecordCodec codec, Disk first, Disk second) {
        this.codec = codec;
        this.first = first;
        this.second = second;
    }

    synchronized BootRecordStore.Loaded load() {
        Half one = read(first);
        Half two = read(second);
        RecordCodec.Copy current = firstIsCurrent(one, two) ? one.copy : two.copy;
        return new BootRecordStore.Loaded(
                current == null ? BootRecord.DEFAULT : current.record(), one.fault, two.fault);
    }

    synchronized BootRecord store(BootRecord record) throws IOException {
        Half one = read(first);
        Half two = read(second);
        boolean keepFirst = firstIsCurrent(one, two);
        RecordCodec.Copy current = keepFirst ? one.copy : two.copy;
        RecordCodec.Copy next = codec.following(record, current == null ? 0 : current.counter());
        // the same choice as the boot script's: with both broken, the first
        Disk target = keepFirst ? second : first;
        if ((keepFirst ? two : one).copy == null) scrub(target);
        target.write(0, ByteBuffer.wrap(codec.write(next)));
        target.flush();
        return next.record();
    }

    /// A torn copy may lack no more than sectors that the next torn write happens to bring: then it
    /// would be whole, and a record that never counted would come to life. So its CRC goes first.
    private static void scrub(Disk target) throws IOException {
        target.write(0, ByteBuffer.allocate(Gpt.SECTOR_BYTES));
        target.flush();
    }

    private boolean firstIsCurrent(Half one, Half two) {
        if (one.copy == null) return false;
        return two.copy == null || !codec.secondIsNewer(one.copy.counter(), two.copy.counter());
    }

    private Half read(Disk disk) {
        try {
            byte[] area = new byte[UbootEnvironment.SIZE_BYTES];
            disk.read(0, ByteBuffer.wrap(area));
            return new Half(codec.read(area), Optional.empty());
        } catch (IOException | MalformedInput wrong) {
            return new Half(null, Optional.of(disk.name() + ": " + wrong.getMessage()));
        }
    }

    private record Half(RecordCodec.@Nullable Copy copy, Optional<String> fault) {}
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import dev.evenkeel.core.Disk;
import dev.evenkeel.core.MalformedInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The two copies of a boot record, each at the start of its own partition; which one counts and
/// which one is replaced, the rows of a [BootTable] say. One lock, its own, guards reading and
/// writing.
final class RecordPair {
    private final RecordCodec codec;
    private final BootTable table;
    private final Disk first;
    private final Disk second;

    RecordPair(RecordCodec codec, Disk first, Disk second) {
        this(codec, BootTable.SHIPPED, first, second);
    }

    RecordPair(RecordCodec codec, BootTable table, Disk first, Disk second) {
        this.codec = codec;
        this.table = table;
        this.first = first;
        this.second = second;
    }

    synchronized BootRecordStore.Loaded load() {
        Found found = find();
        RecordCodec.Copy current = found.current();
        return new BootRecordStore.Loaded(
                current == null ? BootRecord.DEFAULT : current.record(),
                found.one.fault,
                found.two.fault);
    }

    synchronized BootRecord store(BootRecord record) throws IOException {
        Found found = find();
        Disk target = target(found);
        if (found.replaced().copy == null) scrub(target);
        BootRecord written = write(record, found);
        target.flush();
        return written;
    }

    /// As the boot script writes: neither scrubs a broken copy nor flushes.
    synchronized void put(BootRecord record) throws IOException {
        write(record, find());
    }

    private BootRecord write(BootRecord record, Found found) throws IOException {
        RecordCodec.Copy current = found.current();
        RecordCodec.Copy next = codec.following(record, current == null ? 0 : current.counter());
        target(found).write(0, ByteBuffer.wrap(codec.write(next)));
        return next.record();
    }

    private Disk target(Found found) {
        return found.row.writes() == CopyRow.Target.ENV_0 ? first : second;
    }

    /// A torn copy may lack no more than sectors that the next torn write happens to bring: then it
    /// would be whole, and a record that never counted would come to life. So its CRC goes first.
    private static void scrub(Disk target) throws IOException {
        target.write(0, ByteBuffer.allocate(Gpt.SECTOR_BYTES));
        target.flush();
    }

    private Found find() {
        Half one = read(first);
        Half two = read(second);
        boolean secondIsNewer =
                one.copy != null
                        && two.copy != null
                        && codec.secondIsNewer(one.copy.counter(), two.copy.counter());
        return new Found(
                one, two, table.copyRow(one.copy != null, two.copy != null, secondIsNewer));
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

    private record Found(Half one, Half two, CopyRow row) {
        RecordCodec.@Nullable Copy current() {
            return switch (row.reads()) {
                case ENV_0 -> one.copy;
                case ENV_1 -> two.copy;
                case DEFAULT -> null;
            };
        }

        Half replaced() {
            return row.writes() == CopyRow.Target.ENV_0 ? one : two;
        }
    }
}

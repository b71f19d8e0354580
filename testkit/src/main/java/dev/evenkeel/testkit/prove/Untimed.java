// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import dev.evenkeel.boot.Region;
import dev.evenkeel.boot.StatePartition;
import dev.evenkeel.core.Disk;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.testkit.DiskWatch;
import dev.evenkeel.testkit.Medium;
import dev.evenkeel.testkit.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;

/// A state partition whose record of times loses the signed one each time that it is written again.
final class Untimed extends WrappedDisk {
    private static final Set<String> SIGNED = Set.of("signed");

    private final Disk state;

    Untimed(Disk state) {
        super(state);
        this.state = state;
    }

    @Override
    public void write(long offset, ByteBuffer from) throws IOException {
        boolean isTimes = StateMap.region(offset).equals(Optional.of(Region.CLOCK));
        boolean isAgain = isTimes && isTimed(new StatePartition(state).read(Region.CLOCK));
        super.write(offset, isAgain ? untimed(offset, from) : from);
    }

    private static boolean isTimed(Optional<byte[]> record) {
        return record.filter(bytes -> json(bytes).has("signed")).isPresent();
    }

    private static JsonObject json(byte[] record) {
        return StrictJson.parseObject(record, Limits.MESSAGE_BYTES);
    }

    /// The same copy, sequence and all, without the signed time.
    private static ByteBuffer untimed(long offset, ByteBuffer from) throws IOException {
        SimulatedDisk written = blank();
        written.write(offset, from.duplicate());
        Optional<StatePartition.Copy> copy =
                new StatePartition(written)
                        .copies(Region.CLOCK).stream()
                                .filter(one -> one.content().isPresent())
                                .findFirst();
        if (copy.isEmpty()) return from;
        byte[] less = json(copy.get().content().orElseThrow()).without(SIGNED).toCanonicalBytes();
        SimulatedDisk again = blank();
        var partition = new StatePartition(again);
        for (long sequence = 0; sequence < copy.get().sequence(); sequence++) {
            partition.write(Region.CLOCK, less);
        }
        int newest =
                partition.copies(Region.CLOCK).getFirst().sequence() == copy.get().sequence()
                        ? 0
                        : 1;
        return ByteBuffer.wrap(again.medium().read(Region.CLOCK.offset(newest), from.remaining()));
    }

    private static SimulatedDisk blank() {
        return new SimulatedDisk(
                "state",
                Medium.blank(StatePartition.SIZE_BYTES),
                SimulatedDisk.SECTOR_BYTES,
                DiskWatch.NONE);
    }
}

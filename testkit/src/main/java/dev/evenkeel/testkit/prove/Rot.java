// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import dev.evenkeel.boot.BootRecord;
import dev.evenkeel.boot.Region;
import dev.evenkeel.boot.StatePartition;
import dev.evenkeel.core.Slot;
import dev.evenkeel.testkit.Medium;
import java.util.ArrayList;
import java.util.List;

/// Where a medium decays, between two power-ons or during one. Each has numbered places.
enum Rot {
    NONE,
    /// One copy of a record turned a bit over while the power was off.
    ROTTEN_RECORD,
    /// A sector of one copy of a record cannot be read, until it is written again.
    UNREADABLE_RECORD,
    /// A chunk of the slot that is being written rots right after it was flushed.
    ROTTEN_WRITE,
    /// A chunk of the running slot rots while it runs and an update may want to reuse it.
    ROTTEN_SOURCE,
    /// The slot that is armed rots before it boots.
    ROTTEN_SLOT;

    /// A byte that rots.
    record Spot(Partition partition, long offset) {
        MachineState rotten(MachineState state) {
            Medium medium = state.medium(partition);
            byte[] one = medium.read(offset, 1);
            one[0] ^= 1;
            return state.with(partition, medium.with(offset, one));
        }
    }

    /// Inside of the content of a copy, and inside of a boot record.
    private static final int IN_CONTENT = 131;

    private static final int IN_RECORD = 9;

    /// How many places there are in a power-on that usually goes like this.
    int places(MachineState start, PowerOn.Outcome usual) {
        boolean isWriting = usual.trace().stream().anyMatch(Rot::isPayloadWrite);
        return switch (this) {
            case NONE -> 0;
            case ROTTEN_RECORD, UNREADABLE_RECORD -> records(start).size();
            case ROTTEN_WRITE -> (int) usual.trace().stream().filter(Rot::isPayloadFlush).count();
            case ROTTEN_SOURCE -> isWriting ? chunks(usual.slot()).size() : 0;
            case ROTTEN_SLOT -> isTrial(start) ? 2 : 0;
        };
    }

    /// The state in which the power comes back.
    MachineState before(MachineState start, int place) {
        return switch (this) {
            case ROTTEN_RECORD, UNREADABLE_RECORD -> records(start).get(place).rotten(start);
            case ROTTEN_SLOT ->
                    new Spot(
                                    place == 0
                                            ? Partition.slot(record(start).first())
                                            : Partition.boot(record(start).first()),
                                    0)
                            .rotten(start);
            case NONE, ROTTEN_WRITE, ROTTEN_SOURCE -> start;
        };
    }

    /// The copies of records that hold something.
    static List<Spot> records(MachineState state) {
        var all = new ArrayList<Spot>();
        all.add(new Spot(Partition.ENV_0, IN_RECORD));
        all.add(new Spot(Partition.ENV_1, IN_RECORD));
        for (Region region : Region.values()) {
            List<StatePartition.Copy> copies = Copies.of(state.medium(Partition.STATE), region);
            for (int copy = 0; copy < 2; copy++) {
                if (copies.get(copy).content().isEmpty()) continue;
                all.add(new Spot(Partition.STATE, region.offset(copy) + IN_CONTENT));
            }
        }
        return all;
    }

    /// The chunks of the release in a slot.
    static List<Spot> chunks(Slot slot) {
        var all = new ArrayList<Spot>();
        for (int i = 0; i < SmallRelease.SLOT_CHUNKS; i++) {
            all.add(new Spot(Partition.slot(slot), (long) i * SmallRelease.CHUNK_BYTES));
        }
        for (int i = 0; i < SmallRelease.BOOT_CHUNKS; i++) {
            all.add(new Spot(Partition.boot(slot), (long) i * SmallRelease.CHUNK_BYTES));
        }
        return all;
    }

    private static boolean isTrial(MachineState start) {
        BootRecord record = record(start);
        return record.isOnTrial(record.first()) && record.left(record.first()) > 0;
    }

    private static BootRecord record(MachineState state) {
        return StateCheck.record(state.medium(Partition.ENV_0), state.medium(Partition.ENV_1));
    }

    private static boolean isPayloadWrite(Operation operation) {
        return operation instanceof Operation.Write write
                && write.partition().kind() == Partition.Kind.PAYLOAD;
    }

    private static boolean isPayloadFlush(Operation operation) {
        return operation instanceof Operation.Flush(Partition partition)
                && partition.kind() == Partition.Kind.PAYLOAD;
    }
}

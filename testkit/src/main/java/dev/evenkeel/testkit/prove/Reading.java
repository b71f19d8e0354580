package dev.evenkeel.testkit.prove;

import dev.evenkeel.boot.BootRecord;
import dev.evenkeel.boot.Region;
import dev.evenkeel.boot.StatePartition;
import dev.evenkeel.boot.UbootEnvironment;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.Slot;
import dev.evenkeel.testkit.Medium;
import java.util.Collection;
import java.util.List;

/// What the shipping readers make of a state, part by part, as two hashes.
///
/// - *identity*: by which distinct states are counted. Boot record, each copy of each region and
///   the verdict of each slot; what is broken counts by its bytes, payload bytes do not count.
/// - *meaning*: by which the device's further way is known. What is broken counts as broken, however
///   it broke; of each slot it counts which chunks stand in it.
final class Reading {
    private static final Region[] REGIONS = Region.values();
    private static final int FIRST_REGION = Partition.values().length;
    private static final int PARTS = FIRST_REGION + REGIONS.length;

    private final boolean olderMatters;
    private final long[] identity = new long[PARTS];
    private final long[] meaning = new long[PARTS];
    private long around;
    private boolean hasReports;

    private Reading(boolean olderMatters) {
        this.olderMatters = olderMatters;
    }

    /// @param olderMatters whether the newest copy of a region may be lost later, so that the older
    ///   one counts
    static Reading of(MachineState state, World world, boolean olderMatters) {
        var reading = new Reading(olderMatters);
        for (Partition partition : Partition.values()) reading.readPartition(partition, state, world);
        reading.readRegions(List.of(REGIONS), state);
        return reading;
    }

    /// The same for a state in which only these partitions and regions differ.
    Reading after(
            MachineState state,
            Collection<Partition> partitions,
            Collection<Region> regions,
            World world) {
        var reading = new Reading(olderMatters);
        System.arraycopy(identity, 0, reading.identity, 0, PARTS);
        System.arraycopy(meaning, 0, reading.meaning, 0, PARTS);
        reading.hasReports = hasReports;
        for (Partition partition : partitions) {
            reading.readPartition(partition, state, world);
            // the verdict is of both
            reading.identity[Partition.SLOT_A.ordinal()] = verdict(Partition.SLOT_A, state, world);
            reading.identity[Partition.SLOT_B.ordinal()] = verdict(Partition.SLOT_B, state, world);
        }
        reading.readRegions(regions, state);
        return reading;
    }

    long identity() {
        return Hash.of(Hash.of(identity), around);
    }

    long meaning() {
        return Hash.of(Hash.of(meaning), around);
    }

    private void readPartition(Partition partition, MachineState state, World world) {
        Medium medium = state.medium(partition);
        int part = partition.ordinal();
        switch (partition.kind()) {
            case RECORD -> {
                if (partition != Partition.STATE) readRecord(part, medium);
            }
            case PAYLOAD -> {
                long pages = pages(medium, world.payloadPages());
                meaning[part] = pages;
                boolean isSlot =
                        partition == Partition.SLOT_A || partition == Partition.SLOT_B;
                identity[part] = isSlot ? verdict(partition, state, world) : 0;
            }
            case FOREIGN -> {
                meaning[part] = pages(medium, Integer.MAX_VALUE);
                identity[part] = meaning[part];
            }
        }
    }

    /// Which release stands complete in the slot.
    private static long verdict(Partition partition, MachineState state, World world) {
        Slot slot = partition.isOf(Slot.A) ? Slot.A : Slot.B;
        return world.complete(
                        state.medium(Partition.named("slot-" + slot)),
                        state.medium(Partition.named("boot-" + slot)))
                .map(release -> Hash.of(release.version().text()))
                .orElse(0L);
    }

    private void readRecord(int part, Medium medium) {
        byte[] area = medium.read(0, UbootEnvironment.SIZE_BYTES);
        try {
            long good = Hash.of(BootRecord.read(area).toBytes());
            meaning[part] = good;
            identity[part] = good;
        } catch (MalformedInput broken) {
            meaning[part] = 0;
            identity[part] = Hash.of(area);
        }
    }

    private void readRegions(Collection<Region> regions, MachineState state) {
        Medium medium = state.medium(Partition.STATE);
        StatePartition partition = Symmetry.partition(medium);
        boolean isTold =
                regions.contains(Region.JOURNAL) || regions.contains(Region.REPORTS);
        Symmetry symmetry = isTold ? Symmetry.of(partition, olderMatters) : Symmetry.NONE;
        if (isTold) {
            hasReports = symmetry.hasReports();
            // the names of boots in one depend on the other
            readRegion(Region.JOURNAL, medium, partition, symmetry);
            readRegion(Region.REPORTS, medium, partition, symmetry);
        }
        for (Region region : regions) {
            if (region == Region.JOURNAL || region == Region.REPORTS) continue;
            readRegion(region, medium, partition, symmetry);
        }
        Surroundings known = state.around();
        around = Hash.of((hasReports ? known : known.withoutCounters()).toString());
    }

    private void readRegion(
            Region region, Medium medium, StatePartition partition, Symmetry symmetry) {
        List<StatePartition.Copy> copies = partition.copies(region);
        List<byte[]> contents = Symmetry.contents(copies);
        long newest = contents.isEmpty() ? 0 : hash(region, contents.getFirst(), symmetry);
        long older = contents.size() < 2 ? 0 : hash(region, contents.get(1), symmetry);
        long broken = 0;
        for (int copy = 0; copy < 2; copy++) {
            if (!copies.get(copy).isBroken()) continue;
            broken = Hash.of(broken, bytes(medium, region, copy));
        }
        int part = FIRST_REGION + region.ordinal();
        identity[part] = Hash.of(newest, older, broken);
        meaning[part] = Hash.of(newest, olderMatters ? older : 0, broken == 0 ? 0 : 1);
    }

    private static long hash(Region region, byte[] content, Symmetry symmetry) {
        return Hash.of(symmetry.canonical(region, content));
    }

    /// Over the pages that were ever written there.
    private static long bytes(Medium medium, Region region, int copy) {
        long start = region.offset(copy) / Medium.PAGE_BYTES;
        long end = start + region.sizeBytes() / Medium.PAGE_BYTES;
        return medium.writtenPages()
                .filter(page -> page >= start && page < end)
                .mapToLong(page -> Hash.of(page - start, Hash.of(medium.page(page))))
                .reduce(0, Hash::of2);
    }

    private static long pages(Medium medium, int most) {
        return medium.writtenPages()
                .filter(page -> page < most)
                .mapToLong(page -> Hash.of(page, Hash.of(medium.page(page))))
                .reduce(1, Hash::of2);
    }
}

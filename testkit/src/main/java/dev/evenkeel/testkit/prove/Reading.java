// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import dev.evenkeel.boot.BootRecord;
import dev.evenkeel.boot.Region;
import dev.evenkeel.boot.StatePartition;
import dev.evenkeel.boot.UbootEnvironment;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.Slot;
import dev.evenkeel.testkit.Medium;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;

/// What the shipping readers make of a state, part by part, as two hashes.
///
/// - *identity*: by which distinct states are counted. Boot record, each copy of each region and
///   the verdict of each slot; what is broken counts by its bytes, payload bytes do not count.
/// - *meaning*: by which the device's further way is known. What is broken counts as broken,
///   however it broke; of each slot it counts which chunks stand in it.
final class Reading {
    private final boolean olderMatters;
    private final Part<Partition> partitions = new Part<>(Partition.class);
    private final Part<Region> regions = new Part<>(Region.class);
    private long around;
    private boolean hasReports;

    private Reading(boolean olderMatters) {
        this.olderMatters = olderMatters;
    }

    /// @param olderMatters whether the newest copy of a region may be lost later, so that the older
    ///   one counts
    static Reading of(MachineState state, World world, boolean olderMatters) {
        var reading = new Reading(olderMatters);
        for (Partition partition : Partition.values())
            reading.readPartition(partition, state, world);
        reading.readRegions(List.of(Region.values()), state);
        return reading;
    }

    /// The same for a state in which only these partitions and regions differ.
    Reading after(
            MachineState state,
            Collection<Partition> changed,
            Collection<Region> changedRegions,
            World world) {
        var reading = new Reading(olderMatters);
        reading.partitions.copy(partitions);
        reading.regions.copy(regions);
        reading.hasReports = hasReports;
        for (Partition partition : changed) reading.readPartition(partition, state, world);
        // the verdict on a slot is of both of its partitions
        if (changed.contains(Partition.BOOT_A)) {
            reading.readPartition(Partition.SLOT_A, state, world);
        }
        if (changed.contains(Partition.BOOT_B)) {
            reading.readPartition(Partition.SLOT_B, state, world);
        }
        reading.readRegions(changedRegions, state);
        return reading;
    }

    long identity() {
        return Hash.of(partitions.identity(), regions.identity(), around);
    }

    long meaning() {
        return Hash.of(partitions.meaning(), regions.meaning(), around);
    }

    private void readPartition(Partition partition, MachineState state, World world) {
        Medium medium = state.medium(partition);
        switch (partition.kind()) {
            case RECORD -> {
                if (partition != Partition.STATE) readRecord(partition, medium);
            }
            case PAYLOAD -> {
                boolean isSlot = partition == Partition.SLOT_A || partition == Partition.SLOT_B;
                partitions.put(
                        partition,
                        isSlot ? verdict(partition, state, world) : 0,
                        pages(medium, world.payloadPages()));
            }
            case FOREIGN -> {
                long pages = pages(medium, Integer.MAX_VALUE);
                partitions.put(partition, pages, pages);
            }
        }
    }

    /// Which release stands complete in the slot.
    private static long verdict(Partition partition, MachineState state, World world) {
        Slot slot = partition.isOf(Slot.A) ? Slot.A : Slot.B;
        return world.complete(
                        state.medium(Partition.slot(slot)), state.medium(Partition.boot(slot)))
                .map(release -> Hash.of(release.version().text()))
                .orElse(0L);
    }

    private void readRecord(Partition partition, Medium medium) {
        byte[] area = medium.read(0, UbootEnvironment.SIZE_BYTES);
        try {
            long good = Hash.of(BootRecord.read(area).toBytes());
            partitions.put(partition, good, good);
        } catch (MalformedInput broken) {
            partitions.put(partition, Hash.of(area), 0);
        }
    }

    private void readRegions(Collection<Region> changed, MachineState state) {
        Medium medium = state.medium(Partition.STATE);
        boolean isTold = !Collections.disjoint(changed, Symmetry.NAMING);
        Symmetry symmetry = isTold ? Symmetry.of(medium, olderMatters) : Symmetry.NONE;
        if (isTold) {
            hasReports = symmetry.hasReports();
            // the names of boots in one depend on the others
            for (Region region : Symmetry.NAMING) {
                readRegion(region, medium, symmetry);
            }
        }
        for (Region region : changed) {
            if (!Symmetry.NAMING.contains(region)) readRegion(region, medium, symmetry);
        }
        Surroundings known = state.around();
        around = Hash.of((hasReports ? known : known.withoutCounters()).toString());
    }

    private void readRegion(Region region, Medium medium, Symmetry symmetry) {
        List<StatePartition.Copy> copies = Copies.of(medium, region);
        List<byte[]> contents = Symmetry.contents(copies);
        long newest = contents.isEmpty() ? 0 : hash(region, contents.getFirst(), symmetry);
        long older = contents.size() < 2 ? 0 : hash(region, contents.get(1), symmetry);
        long broken = 0;
        for (int copy = 0; copy < 2; copy++) {
            if (!copies.get(copy).isBroken()) continue;
            broken = Hash.of(broken, bytes(medium, region, copy));
        }
        regions.put(
                region,
                Hash.of(newest, older, broken),
                Hash.of(newest, olderMatters ? older : 0, broken == 0 ? 0 : 1));
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

    /// Two hashes for each of some things.
    private static final class Part<K extends Enum<K>> {
        private final EnumMap<K, Long> identity;
        private final EnumMap<K, Long> meaning;

        Part(Class<K> keys) {
            this.identity = new EnumMap<>(keys);
            this.meaning = new EnumMap<>(keys);
        }

        void copy(Part<K> other) {
            identity.putAll(other.identity);
            meaning.putAll(other.meaning);
        }

        void put(K key, long itsIdentity, long itsMeaning) {
            identity.put(key, itsIdentity);
            meaning.put(key, itsMeaning);
        }

        long identity() {
            return all(identity);
        }

        long meaning() {
            return all(meaning);
        }

        private static long all(EnumMap<?, Long> hashes) {
            return hashes.values().stream().mapToLong(Long::longValue).reduce(1, Hash::of2);
        }
    }
}

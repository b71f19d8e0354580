// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import dev.evenkeel.boot.Region;
import dev.evenkeel.testkit.Medium;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/// Every power cut of one power-on: for each prefix of what it did, each legal subset of what was
/// not flushed, as far as the bound; beyond it, a seeded sample.
final class Cuts {
    /// Up to so many unflushed units all subsets are tried.
    static final int ALL_SUBSETS_UP_TO = 8;

    /// Beyond, so many besides the plain ones.
    static final int SAMPLES = 64;

    /// A state after a cut.
    ///
    /// @param base what everything flushed before makes of it, already read
    /// @param partitions whose content may differ from that
    /// @param regions of the state partition that may
    record Crash(
            Cut cut,
            MachineState state,
            Reading base,
            Set<Partition> partitions,
            Set<Region> regions) {
        Reading reading(World world) {
            return base.after(state, partitions, regions, world);
        }
    }

    interface Visitor {
        /// Looks at a crash; false to see no more of this power-on.
        boolean visit(Crash crash);
    }

    private record Place(Partition partition, long offset) {}

    private final int sectorBytes;
    private final int eraseBlockBytes;
    private final boolean erases;
    private final Map<Place, Unit> pending = new LinkedHashMap<>();
    private final Set<Partition> partitions = EnumSet.noneOf(Partition.class);
    private final Set<Region> regions = EnumSet.noneOf(Region.class);
    private final World world;
    private MachineState base;
    private Reading reading;
    private int sampledPoints;
    private int points;

    /// @param reading of `start`
    Cuts(World world, MachineState start, Reading reading, boolean erases) {
        this.world = world;
        this.sectorBytes = world.subject.sectorBytes();
        this.eraseBlockBytes = world.subject.eraseBlockBytes();
        this.erases = erases;
        this.base = start;
        this.reading = reading;
    }

    /// Crash points so far.
    int points() {
        return points;
    }

    /// Crash points at which not all subsets were tried.
    int sampledPoints() {
        return sampledPoints;
    }

    /// The state of one cut; for a replay.
    Crash at(List<Operation> trace, Cut cut) {
        for (int i = 0; i < cut.operation(); i++) apply(trace.get(i));
        readBase();
        return crash(cut.operation(), cut.outcomes().toCharArray());
    }

    void forEach(List<Operation> trace, long seed, Visitor visitor) {
        for (int i = 0; i < trace.size(); i++) {
            List<Unit> fresh = apply(trace.get(i));
            boolean isPoint = !fresh.isEmpty() || !(trace.get(i) instanceof Operation.Write);
            if (!isPoint) continue;
            points++;
            if (!visitPoint(i + 1, fresh, new Random(Hash.of2(seed, i)), visitor)) return;
        }
    }

    private boolean visitPoint(int operation, List<Unit> fresh, Random random, Visitor visitor) {
        readBase();
        for (char[] outcomes : outcomes(fresh, random)) {
            if (!visitor.visit(crash(operation, outcomes))) return false;
        }
        return true;
    }

    private void readBase() {
        reading = reading.after(base, partitions, regions, world);
        partitions.clear();
        regions.clear();
    }

    private List<char[]> outcomes(List<Unit> fresh, Random random) {
        var units = new ArrayList<>(pending.values());
        var all = new ArrayList<char[]>();
        if (units.size() <= ALL_SUBSETS_UP_TO) {
            for (int mask = 0; mask < 1 << units.size(); mask++) addSubset(all, units, fresh, mask);
        } else {
            sampledPoints++;
            all.add(filled(units, Unit.OLD));
            all.add(filled(units, Unit.NEW));
            for (int i = 0; i < SAMPLES; i++) all.add(random(units, random));
        }
        for (int i = 0; i < units.size(); i++) {
            if (!fresh.contains(units.get(i))) continue;
            for (char odd : units.get(i).oddOutcomes(erases)) {
                for (char others : new char[] {Unit.OLD, Unit.NEW}) {
                    char[] one = filled(units, others);
                    one[i] = odd;
                    all.add(one);
                }
            }
        }
        return all;
    }

    /// Leaves out what was a state of the crash point before: nothing of the newest write arrived.
    private static void addSubset(List<char[]> all, List<Unit> units, List<Unit> fresh, int mask) {
        char[] one = new char[units.size()];
        boolean isNews = fresh.isEmpty();
        for (int i = 0; i < one.length; i++) {
            boolean arrives = (mask >> i & 1) == 1;
            one[i] = arrives ? Unit.NEW : Unit.OLD;
            if (arrives && !isNews) isNews = fresh.contains(units.get(i));
        }
        if (isNews) all.add(one);
    }

    private static char[] filled(List<Unit> units, char outcome) {
        char[] all = new char[units.size()];
        Arrays.fill(all, outcome);
        return all;
    }

    private static char[] random(List<Unit> units, Random random) {
        char[] all = new char[units.size()];
        for (int i = 0; i < all.length; i++) all[i] = random.nextBoolean() ? Unit.NEW : Unit.OLD;
        return all;
    }

    private Crash crash(int operation, char[] outcomes) {
        MachineState state = base;
        var touched = EnumSet.noneOf(Partition.class);
        var touchedRegions = EnumSet.noneOf(Region.class);
        int number = 0;
        for (Unit unit : pending.values()) {
            char outcome = outcomes[number++];
            if (outcome == Unit.OLD) continue;
            touched.add(unit.partition);
            state =
                    outcome == Unit.ERASED
                            ? erased(state, unit, touchedRegions)
                            : kept(state, unit, outcome, touchedRegions);
        }
        return new Crash(
                new Cut(operation, new String(outcomes)), state, reading, touched, touchedRegions);
    }

    private static MachineState kept(
            MachineState state, Unit unit, char outcome, Set<Region> touched) {
        touch(unit.partition, unit.offset, touched);
        Medium medium = state.medium(unit.partition);
        return state.with(unit.partition, medium.with(unit.offset, unit.content(outcome)));
    }

    private MachineState erased(MachineState state, Unit unit, Set<Region> touched) {
        touch(unit.partition, unit.offset, touched);
        Medium medium = state.medium(unit.partition);
        long start = unit.offset / eraseBlockBytes * eraseBlockBytes;
        byte[] ones = new byte[Medium.PAGE_BYTES];
        Arrays.fill(ones, (byte) 0xff);
        long end = Math.min(start + eraseBlockBytes, medium.sizeBytes());
        // pages that were never written hold nothing that could be lost
        for (int page : medium.writtenPages().toArray()) {
            long at = (long) page * Medium.PAGE_BYTES;
            if (at < start || at >= end) continue;
            medium = medium.with(at, ones);
            touch(unit.partition, at, touched);
        }
        return state.with(unit.partition, medium.with(unit.offset, unit.content(Unit.ERASED)));
    }

    private static void touch(Partition partition, long offset, Set<Region> touched) {
        if (partition != Partition.STATE) return;
        StateMap.region(offset).ifPresent(touched::add);
    }

    /// Takes one operation into account; returns the units whose content it changed.
    private List<Unit> apply(Operation operation) {
        return switch (operation) {
            case Operation.Told told -> {
                base = base.with(told.around());
                yield List.of();
            }
            case Operation.Flush flush -> {
                settle(flush.partition());
                yield List.of();
            }
            case Operation.Write write -> write(write);
        };
    }

    /// A flush reaches the drive: what the bootloader left in its cache becomes durable too.
    private void settle(Partition flushed) {
        pending.values()
                .removeIf(unit -> {
                    boolean isSettled = unit.partition == flushed || unit.isDirect;
                    if (isSettled) {
                        partitions.add(unit.partition);
                        base = kept(base, unit, Unit.NEW, regions);
                    }
                    return isSettled;
                });
    }

    private List<Unit> write(Operation.Write write) {
        boolean isPayload = write.partition().kind() == Partition.Kind.PAYLOAD;
        int step = isPayload ? write.bytes().length : sectorBytes;
        var fresh = new ArrayList<Unit>();
        long end = write.offset() + write.bytes().length;
        for (long at = write.offset() / step * step; at < end; at += step) {
            long offset = isPayload ? write.offset() : at;
            var place = new Place(write.partition(), offset);
            byte[] old = base.medium(write.partition()).read(offset, step);
            Unit known = pending.get(place);
            byte[] before = known == null ? old : known.newest();
            byte[] after = overlaid(before, offset, write);
            if (Arrays.equals(before, after)) continue;
            Unit unit =
                    pending.computeIfAbsent(
                            place, _ -> new Unit(write.partition(), offset, old, write.direct()));
            unit.write(after);
            fresh.add(unit);
            if (isPayload) break;
        }
        return fresh;
    }

    private static byte[] overlaid(byte[] before, long offset, Operation.Write write) {
        byte[] after = before.clone();
        int from = (int) Math.max(0, offset - write.offset());
        int to = (int) Math.max(0, write.offset() - offset);
        int count = Math.min(write.bytes().length - from, after.length - to);
        System.arraycopy(write.bytes(), from, after, to, count);
        return after;
    }
}

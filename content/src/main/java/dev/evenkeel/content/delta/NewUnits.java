// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import dev.evenkeel.content.Parallel;
import dev.evenkeel.content.RandomBytes;
import dev.evenkeel.content.packing.PackedKind;
import dev.evenkeel.content.packing.PackedSpan;
import dev.evenkeel.content.packing.Packing;
import dev.evenkeel.content.packing.PackingFault;
import dev.evenkeel.content.packing.PackingSearch;
import dev.evenkeel.core.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Unpacks in the new image what changed and comes back bit by bit when it is packed again; that it
/// does is tried, never assumed. What the old image has exactly so stays packed.
final class NewUnits implements Expansion.Units {
    private final OldUnits old;
    private final DeltaMemory memory;
    private final int workers;
    private final List<Packing> packings = new ArrayList<>();
    private final Map<PackedKind, Tally> tallies = new EnumMap<>(PackedKind.class);
    private final ThreadLocalSearch searches = new ThreadLocalSearch();

    private static final class Tally {
        int count;
        long unchanged;
        long rebuilt;
        long asTheyAre;
    }

    /// A part with its packed bytes' place in the old image.
    private record Known(Expansion.Part part, byte[] packed, OldUnits.@Nullable Place old) {}

    /// A part that was tried: how it is packed again, null where nothing gives its bytes.
    private record Tried(Known known, int plainBytes, @Nullable Packing packing) {}

    NewUnits(OldUnits old, DeltaMemory memory, int workers) {
        this.old = old;
        this.memory = memory;
        this.workers = workers;
    }

    @Override
    public Expansion.Chosen choose(List<Expansion.Part> parts, RandomBytes bytes, int level)
            throws IOException {
        List<Known> known = new ArrayList<>();
        Set<String> changed = new HashSet<>();
        long end = 0;
        for (Expansion.Part part : parts) {
            if (part.at() < end) continue;
            end = part.at() + part.length();
            byte[] packed = bytes.read(part.at(), part.length());
            OldUnits.Place place = old.find(Digest.of(packed)).orElse(null);
            known.add(new Known(part, packed, place));
            if (place == null) changed.add(part.item());
        }
        List<Layer.Unit> units = new ArrayList<>();
        Map<Long, Expansion.Kept> kept = new HashMap<>();
        Iterator<Known> next = known.iterator();
        Parallel.inOrder(
                () -> next.hasNext() ? Optional.of(next.next()) : Optional.empty(),
                workers,
                some -> attempt(some, level == 0 && changed.contains(some.part().item())),
                tried -> take(tried, units, kept));
        return new Expansion.Chosen(units, kept);
    }

    /// @param together whether another part of the same file changed: blocks of a file are unpacked
    ///   together, so that the whole file can be compared
    private Tried attempt(Known known, boolean together) {
        boolean isFragment = known.part().item().isEmpty();
        if (known.old() != null && (!together || isFragment)) return new Tried(known, 0, null);
        PackedKind kind = known.part().span().kind();
        try {
            int most = Math.min(memory.unitBytes(), known.part().plainLimit());
            byte[] plain = kind.unpack(known.packed(), most);
            if (plain.length == 0) return new Tried(known, 0, null);
            return new Tried(
                    known,
                    plain.length,
                    searches.get()
                            .find(kind, known.packed(), plain)
                            .filter(packing -> fits(packing, known.packed(), plain))
                            .orElse(null));
        } catch (PackingFault tooLargeOrDamaged) {
            return new Tried(known, 0, null);
        }
    }

    private boolean fits(Packing packing, byte[] packed, byte[] plain) {
        return DeltaMemory.packing(packing, plain.length, packed.length) <= memory.packingBytes();
    }

    private void take(Tried tried, List<Layer.Unit> units, Map<Long, Expansion.Kept> kept) {
        Expansion.Part part = tried.known().part();
        Tally tally = tallies.computeIfAbsent(part.span().kind(), kind -> new Tally());
        tally.count++;
        if (tried.packing() != null) {
            tally.rebuilt += part.length();
            units.add(
                    new Layer.Unit(
                            part.at(), part.length(), tried.plainBytes(), number(tried.packing())));
        } else if (tried.known().old() != null) {
            tally.unchanged += part.length();
            OldUnits.Place place = tried.known().old();
            kept.put(
                    part.at(),
                    new Expansion.Kept(part.at(), part.length(), place.level(), place.at()));
        } else {
            tally.asTheyAre += part.length();
        }
    }

    private int number(Packing packing) {
        if (!packings.contains(packing)) packings.add(packing);
        return packings.indexOf(packing);
    }

    @Override
    public byte[] unpack(int packing, byte[] packed, int plainBytes) {
        return packings.get(packing).unpack(packed, plainBytes);
    }

    @Override
    public void apart(PackedSpan part) {
        Tally tally = tallies.computeIfAbsent(part.kind(), kind -> new Tally());
        tally.count++;
        tally.asTheyAre += part.end() - part.at();
    }

    List<Packing> packings() {
        return packings;
    }

    List<DeltaHead.Members> members() {
        List<DeltaHead.Members> members = new ArrayList<>();
        tallies.forEach((kind, tally) ->
                members.add(
                        new DeltaHead.Members(
                                kind.name(),
                                tally.count,
                                tally.unchanged,
                                tally.rebuilt,
                                tally.asTheyAre)));
        return members;
    }

    /// A search remembers what succeeded lately, for one thread.
    private static final class ThreadLocalSearch {
        private final Map<Thread, PackingSearch> searches = new ConcurrentHashMap<>();

        PackingSearch get() {
            return searches.computeIfAbsent(Thread.currentThread(), thread -> new PackingSearch());
        }
    }
}

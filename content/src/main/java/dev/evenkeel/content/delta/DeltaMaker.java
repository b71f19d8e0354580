// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import dev.evenkeel.content.Parallel;
import dev.evenkeel.content.RandomBytes;
import dev.evenkeel.content.packing.Packing;
import dev.evenkeel.core.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Makes the delta from one image to another. Both are unpacked as far as they can be packed again;
/// files are compared with the files that they came from; what is left is coded as small as the
/// device can afford.
public final class DeltaMaker {
    /// Less memory than this leaves no room for anything packed.
    public static final long SMALLEST_MEMORY_BYTES = DeltaMemory.SMALLEST;

    /// Memory of the suffix arrays that exist at a time, in mebibytes.
    private static final int ARRAYS_MEBIBYTES = 1_280;

    private static final int ARRAY_BYTES_EACH = 21;
    private static final int ZEROS_BYTES = 4096;
    private static final int MAX_PIECE_BYTES = 64 << 20;

    /// What lies further away from what comes before it is a group of its own: erofs keeps the ends
    /// of its files apart, and a device would have all of them in memory that are not whole yet.
    private static final int NEAR_BYTES = 16 << 10;

    private final long memoryBytes;
    private final int workers;
    private final Progress progress;
    private final Semaphore arrays = new Semaphore(ARRAYS_MEBIBYTES);
    private @Nullable Sorted sortedRest;
    private @Nullable Sorted sortedFile;
    private DeltaMemory memory;

    /// Told of each step, and how much of it is done.
    public interface Progress {
        void at(String step, long done, long whole);
    }

    /// @param memoryBytes what applying the delta may take on the device
    public DeltaMaker(long memoryBytes, Progress progress) {
        this.memoryBytes = memoryBytes;
        this.memory = DeltaMemory.of(memoryBytes).getFirst();
        this.workers = Runtime.getRuntime().availableProcessors();
        this.progress = progress;
    }

    /// What comes at some place of the topmost level.
    private sealed interface Event {
        long at();

        long length();

        record Same(long at, long length, int level, long from) implements Event {}

        record Zeros(long at, long length) implements Event {}

        record Part(long at, long length, Wanted group, boolean isFirst, boolean isLast)
                implements Event {}
    }

    /// A group that is to be made.
    ///
    /// @param isShared whether other groups have the same base
    private record Wanted(List<Piece> pieces, @Nullable Item base, boolean isShared) {}

    /// A base with its sorted suffixes, for several groups.
    private record Sorted(Item base, byte[] bytes, Matcher matcher) {}

    private record Ready(Wanted wanted, GroupMaker.Made made) {}

    /// Writes the delta from `old` to `fresh` into a new file `delta`, through a file beside it
    /// that is removed. Where it would take more memory than it may, it is made again in a way that
    /// takes less.
    public DeltaHead make(Path old, Path fresh, Path delta) throws IOException {
        for (DeltaMemory way : DeltaMemory.of(memoryBytes)) {
            memory = way;
            sortedRest = null;
            sortedFile = null;
            DeltaHead head = makeOnce(old, fresh, delta);
            if (head.memoryBytes() <= memoryBytes) return head;
            progress.at("taking less memory than " + (head.memoryBytes() >> 20) + " MiB", 0, 1);
        }
        Files.deleteIfExists(delta);
        throw new IOException(
                "no delta from "
                        + old
                        + " to "
                        + fresh
                        + " can be applied in "
                        + memoryBytes
                        + " bytes of memory; allow more");
    }

    private DeltaHead makeOnce(Path old, Path fresh, Path delta) throws IOException {
        Path scratch = delta.resolveSibling(delta.getFileName() + ".frames");
        try (RandomBytes oldImage = RandomBytes.open(old);
                RandomBytes freshImage = RandomBytes.open(fresh)) {
            var oldUnits = new OldUnits(memory.unitBytes());
            progress.at("unpacking old image", 0, 1);
            Expansion before = Expansion.of(oldImage, oldUnits);
            var newUnits = new NewUnits(oldUnits, memory, workers);
            progress.at("unpacking new image", 0, 1);
            Expansion after = Expansion.of(freshImage, newUnits);
            List<Event> events = events(before, after);
            Frames frames;
            try (OutputStream out = Files.newOutputStream(scratch)) {
                frames = frames(before, after, events, out);
            }
            var head =
                    new DeltaHead(
                            oldImage.sizeBytes(),
                            oldImage.digest(),
                            freshImage.sizeBytes(),
                            freshImage.digest(),
                            needed(frames, after, before, newUnits.packings()),
                            oldUnits.kinds(),
                            newUnits.packings().stream().map(Packing::text).toList(),
                            before.layers(),
                            after.layers(),
                            frames.entries,
                            newUnits.members());
            write(head, scratch, delta);
            return head;
        } finally {
            Files.deleteIfExists(scratch);
        }
    }

    private static void write(DeltaHead head, Path frames, Path delta) throws IOException {
        try (FileChannel out =
                        FileChannel.open(
                                delta,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.TRUNCATE_EXISTING,
                                StandardOpenOption.WRITE);
                FileChannel in = FileChannel.open(frames, StandardOpenOption.READ)) {
            OutputStream stream = Channels.newOutputStream(out);
            stream.write(head.toBytes());
            Channels.newInputStream(in).transferTo(stream);
            out.force(true);
        }
    }

    private List<Event> events(Expansion before, Expansion after) throws IOException {
        Map<Digest, Item> oldByContent = new HashMap<>();
        var likeness = new Likeness();
        long done = 0;
        for (Item item : before.items()) {
            byte[] bytes = Piece.read(before.top(), item.pieces());
            oldByContent.putIfAbsent(Digest.of(bytes), item);
            likeness.add(item, bytes);
            done += bytes.length;
            progress.at("reading old files", done, before.top().sizeBytes());
        }
        Item rest = new Item("", cutZeros(new ArrayList<>(), before, rest(before)));
        var bases = new Bases(before.items(), likeness);
        List<Event> events = new ArrayList<>();
        for (Expansion.Kept kept : after.kept()) {
            events.add(new Event.Same(kept.at(), kept.length(), kept.level(), kept.from()));
        }
        done = 0;
        for (Item item : after.items()) {
            byte[] bytes = Piece.read(after.top(), item.pieces());
            done += bytes.length;
            progress.at("reading new files", done, after.top().sizeBytes());
            Item same = oldByContent.get(Digest.of(bytes));
            if (same != null && same.sizeBytes() == item.sizeBytes()) {
                same(events, item, same, before.levels().size() - 1);
            } else {
                groups(events, after, item, bytes, bases.find(item, bytes).orElse(null));
            }
        }
        for (List<Piece> pieces : windows(cutZeros(events, after, rest(after)))) {
            group(events, new Wanted(pieces, rest, true));
        }
        events.sort(Comparator.comparingLong(Event::at));
        return joined(events);
    }

    /// An executable is one group, because what one word became foretells the next. Of other large
    /// files each window is one, so that a frame can end between them.
    private void groups(
            List<Event> events, Expansion after, Item item, byte[] bytes, @Nullable Item base)
            throws IOException {
        List<Piece> pieces = inOrder(item.pieces());
        if (memory.foretells() && ElfFile.hasMagic(bytes)) {
            group(events, new Wanted(pieces, base, false));
            return;
        }
        List<List<Piece>> windows = windows(cutZeros(events, after, pieces));
        for (List<Piece> window : windows) {
            group(events, new Wanted(window, base, windows.size() > 1));
        }
    }

    /// A group is made in the order of the image, even where its file is not.
    private static List<Piece> inOrder(List<Piece> pieces) {
        return pieces.stream().sorted(Comparator.comparingLong(Piece::at)).toList();
    }

    private static void group(List<Event> events, Wanted wanted) {
        List<Piece> pieces = wanted.pieces();
        for (int i = 0; i < pieces.size(); i++) {
            Piece piece = pieces.get(i);
            boolean isLast = i == pieces.size() - 1;
            events.add(new Event.Part(piece.at(), piece.length(), wanted, i == 0, isLast));
        }
    }

    private static void same(List<Event> events, Item fresh, Item old, int level) {
        int oldPiece = 0;
        long inOld = 0;
        for (Piece piece : fresh.pieces()) {
            long done = 0;
            while (done < piece.length()) {
                Piece from = old.pieces().get(oldPiece);
                long some = Math.min(piece.length() - done, from.length() - inOld);
                events.add(new Event.Same(piece.at() + done, some, level, from.at() + inOld));
                done += some;
                inOld += some;
                if (inOld == from.length()) {
                    oldPiece++;
                    inOld = 0;
                }
            }
        }
    }

    /// What belongs to no item and is not kept.
    private static List<Piece> rest(Expansion expansion) {
        List<Piece> taken = new ArrayList<>();
        expansion.items().forEach(item -> taken.addAll(item.pieces()));
        expansion.kept().forEach(kept -> taken.add(new Piece(kept.at(), kept.length())));
        taken.sort(Comparator.comparingLong(Piece::at));
        List<Piece> rest = new ArrayList<>();
        long at = 0;
        for (Piece piece : taken) {
            addGap(rest, at, piece.at());
            at = Math.max(at, piece.end());
        }
        addGap(rest, at, expansion.top().sizeBytes());
        return rest;
    }

    private static void addGap(List<Piece> gaps, long from, long to) {
        for (long at = from; at < to; at += MAX_PIECE_BYTES) {
            gaps.add(new Piece(at, (int) Math.min(to - at, MAX_PIECE_BYTES)));
        }
    }

    /// Small pieces that lie near each other go together, so that not each costs a group, and large
    /// ones are cut; a frame can end where such a window does.
    private List<List<Piece>> windows(List<Piece> pieces) {
        List<List<Piece>> windows = new ArrayList<>();
        long end = 0;
        for (Piece piece : pieces) {
            for (long at = piece.at(); at < piece.end(); ) {
                if (windows.isEmpty() || at >= end) {
                    windows.add(new ArrayList<>());
                    end = at + memory.frameBytes();
                }
                long to = Math.min(piece.end(), end);
                windows.getLast().add(new Piece(at, (int) (to - at)));
                at = to;
            }
        }
        return windows;
    }

    /// The pieces without long runs of zeros, which become events of their own.
    private static List<Piece> cutZeros(List<Event> events, Expansion expansion, List<Piece> pieces)
            throws IOException {
        List<Piece> cut = new ArrayList<>();
        for (Piece piece : pieces) {
            long at = piece.at();
            while (at < piece.end()) {
                boolean isZeros = isZeros(expansion.top(), at, piece.end());
                long end = at;
                do {
                    end = Math.min(piece.end(), end + ZEROS_BYTES);
                } while (end < piece.end()
                        && isZeros(expansion.top(), end, piece.end()) == isZeros);
                if (isZeros) events.add(new Event.Zeros(at, end - at));
                else cut.add(new Piece(at, (int) (end - at)));
                at = end;
            }
        }
        return cut;
    }

    /// Whether so many zeros that they are worth an event stand at `at`, before `end`.
    private static boolean isZeros(RandomBytes bytes, long at, long end) throws IOException {
        if (end - at < ZEROS_BYTES) return false;
        for (byte some : bytes.read(at, ZEROS_BYTES)) {
            if (some != 0) return false;
        }
        return true;
    }

    /// Equal bytes that stand one after the other in old and new are one.
    private static List<Event> joined(List<Event> events) {
        List<Event> joined = new ArrayList<>();
        for (Event event : events) {
            Event last = joined.isEmpty() ? null : joined.getLast();
            if (event instanceof Event.Same(long at, long length, int level, long from)
                    && last instanceof Event.Same before
                    && before.level() == level
                    && before.at() + before.length() == at
                    && before.from() + before.length() == from) {
                joined.removeLast();
                joined.add(
                        new Event.Same(
                                before.at(), before.length() + length, level, before.from()));
            } else {
                joined.add(event);
            }
        }
        return joined;
    }

    /// The piece of a group that is being written, and how much of it is to come.
    private record Near(GroupMaker.Made made, long left) {}

    /// The frames while they are written.
    private final class Frames {
        private final Expansion before;
        private final Expansion after;
        private final List<Event> events;
        private final OutputStream out;
        private final List<DeltaHead.FrameEntry> entries = new ArrayList<>();
        private final IdentityHashMap<Wanted, GroupMaker.Made> made = new IdentityHashMap<>();
        private final IdentityHashMap<Wanted, Near> open = new IdentityHashMap<>();

        /// Groups of which only the rest is in `made`.
        private final Set<Wanted> cut = Collections.newSetFromMap(new IdentityHashMap<>());

        private FrameWriter frame;
        private long mostOpenBytes;
        private int next;
        private long at;

        Frames(Expansion before, Expansion after, List<Event> events, OutputStream out) {
            this.before = before;
            this.after = after;
            this.events = events;
            this.out = out;
            this.frame = new FrameWriter(before.levels().size());
        }

        /// Writes events up to the next group that is not made yet.
        void advance() throws IOException {
            while (next < events.size()) {
                Event event = events.get(next);
                if (event.at() != at) {
                    throw new IllegalStateException(
                            "expected an event at " + at + ", found " + event);
                }
                switch (event) {
                    case Event.Same(_, long length, int level, long from) ->
                            frame.same(level, from, length);
                    case Event.Zeros(_, long length) -> frame.zeros(length);
                    case Event.Part(_, _, Wanted group, _, boolean isLast) -> {
                        GroupMaker.Made ready = made.get(group);
                        if (ready == null) return;
                        if (ready.isCopy() && !cut.contains(group)) same(group, ready, event);
                        else part(group, ready, event);
                        // files lie in each other: others begin and end before the last part
                        if (isLast) {
                            made.remove(group);
                            cut.remove(group);
                        }
                    }
                }
                at += event.length();
                next++;
                boolean mayEnd = frame.isBetweenGroups() && frame.cost() > memory.frameBytes();
                if (mayEnd && isBorder(after, at)) finish();
            }
        }

        /// A part of a group, or of the piece of it that lies near.
        private void part(Wanted group, GroupMaker.Made ready, Event part) throws IOException {
            Near near = open.get(group);
            if (near == null) {
                finishBefore(ready);
                int bytes = nearBytes(group, part.at());
                boolean isWhole = bytes == ready.fresh().length;
                near = new Near(isWhole ? ready : ready.head(bytes), bytes - part.length());
                if (!isWhole) {
                    made.replace(group, ready.tail(bytes));
                    cut.add(group);
                }
                frame.begin(near.made(), pieces(group.base(), before), part.length());
            } else {
                frame.resume(near.made(), part.length());
                near = new Near(near.made(), near.left() - part.length());
            }
            if (near.left() == 0) open.remove(group);
            else open.put(group, near);
        }

        /// How many bytes of the group lie near each other from `at` on.
        private static int nearBytes(Wanted group, long at) {
            long bytes = 0;
            long end = at;
            for (Piece piece : group.pieces()) {
                if (piece.at() < at) continue;
                if (piece.at() - end > NEAR_BYTES) break;
                bytes += piece.length();
                end = piece.end();
            }
            return (int) bytes;
        }

        /// A frame lies in the device's memory as a whole: what is large begins a new one.
        private void finishBefore(GroupMaker.Made ready) throws IOException {
            boolean isLarge = frame.cost() + ready.cost() > memory.frameBytes();
            boolean isWorthIt = frame.cost() > memory.frameBytes() / 8;
            if (isLarge && isWorthIt && frame.isBetweenGroups() && isBorder(after, at)) finish();
        }

        /// A part of a group that is nothing but a copy.
        private void same(Wanted group, GroupMaker.Made ready, Event part) {
            long inGroup = 0;
            for (Piece piece : group.pieces()) {
                if (piece.at() == part.at()) break;
                inGroup += piece.length();
            }
            long inOld = ready.copies().getFirst().from() + inGroup;
            long left = part.length();
            for (Piece piece : Objects.requireNonNull(group.base()).pieces()) {
                if (inOld >= piece.length()) {
                    inOld -= piece.length();
                    continue;
                }
                long some = Math.min(left, piece.length() - inOld);
                frame.same(before.levels().size() - 1, piece.at() + inOld, some);
                left -= some;
                inOld = 0;
                if (left == 0) return;
            }
        }

        void take(Ready ready) throws IOException {
            made.put(ready.wanted(), ready.made());
            advance();
            progress.at("comparing", at, after.top().sizeBytes());
        }

        void finish() throws IOException {
            if (frame.expandedBytes() == 0) return;
            mostOpenBytes = Math.max(mostOpenBytes, frame.mostOpenBytes());
            byte[] bytes = frame.finish(memory.dictionaryBytes());
            out.write(bytes);
            entries.add(
                    new DeltaHead.FrameEntry(
                            bytes.length, Digest.of(bytes), frame.expandedBytes()));
            frame = new FrameWriter(before.levels().size());
        }
    }

    private Frames frames(Expansion before, Expansion after, List<Event> events, OutputStream out)
            throws IOException {
        var frames = new Frames(before, after, events, out);
        frames.advance();
        var wanted =
                events.stream()
                        .filter(event -> event instanceof Event.Part part && part.isFirst())
                        .map(event -> ((Event.Part) event).group())
                        .iterator();
        Parallel.inOrder(
                () -> wanted.hasNext() ? Optional.of(wanted.next()) : Optional.empty(),
                workers,
                group -> made(group, before, after),
                frames::take);
        frames.finish();
        if (frames.at != after.top().sizeBytes()) {
            throw new IllegalStateException(
                    "expected to compare "
                            + after.top().sizeBytes()
                            + " bytes, came to "
                            + frames.at);
        }
        return frames;
    }

    private Ready made(Wanted wanted, Expansion before, Expansion after) {
        try {
            byte[] fresh;
            synchronized (this) {
                fresh = Piece.read(after.top(), wanted.pieces());
            }
            Item base = wanted.base();
            if (base == null) return new Ready(wanted, made(new byte[0], fresh));
            if (wanted.isShared()) {
                Sorted sorted = sorted(base, before);
                List<Copy> copies = sorted.matcher().match(fresh, fresh.length);
                return new Ready(wanted, GroupMaker.make(sorted.bytes(), fresh, copies));
            }
            byte[] old;
            synchronized (this) {
                old = Piece.read(before.top(), base.pieces());
            }
            return new Ready(wanted, made(old, fresh));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private GroupMaker.Made made(byte[] old, byte[] fresh) {
        int permits = Math.clamp(((long) old.length * ARRAY_BYTES_EACH) >> 20, 1, ARRAYS_MEBIBYTES);
        arrays.acquireUninterruptibly(permits);
        try {
            List<Copy> copies = new Matcher(old, old.length).match(fresh, fresh.length);
            return GroupMaker.make(old, fresh, copies);
        } finally {
            arrays.release(permits);
        }
    }

    /// Sorted once for all groups that share it; of files, the last one's is kept.
    private synchronized Sorted sorted(Item base, Expansion before) throws IOException {
        boolean isRest = base.name().isEmpty();
        Sorted known = isRest ? sortedRest : sortedFile;
        if (known != null && known.base().equals(base)) return known;
        byte[] bytes = Piece.read(before.top(), base.pieces());
        var sorted = new Sorted(base, bytes, new Matcher(bytes, bytes.length));
        if (isRest) sortedRest = sorted;
        else sortedFile = sorted;
        return sorted;
    }

    private static List<PiecedBytes.Piece> pieces(@Nullable Item base, Expansion before) {
        if (base == null) return List.of();
        int top = before.levels().size() - 1;
        return base.pieces().stream()
                .map(piece -> new PiecedBytes.Piece(top, piece.at(), piece.length()))
                .toList();
    }

    /// Whether no unit of any level is cut at `at`.
    private static boolean isBorder(Expansion after, long at) {
        long place = at;
        for (Layer layer : after.layers().reversed()) {
            int unit = layer.unitBefore(place - 1);
            if (unit < 0) continue;
            long end = layer.plainAt(unit) + layer.unit(unit).plainBytes();
            if (place < end) return false;
            place = layer.unit(unit).end() + (place - end);
        }
        return true;
    }

    private long needed(Frames frames, Expansion after, Expansion before, List<Packing> packings) {
        long frame =
                frames.entries.stream()
                        .mapToLong(DeltaHead.FrameEntry::packedBytes)
                        .max()
                        .orElse(0);
        long packing = 0;
        for (Layer layer : after.layers()) {
            for (Layer.Unit unit : layer.units()) {
                Packing how = packings.get(unit.packing());
                packing =
                        Math.max(
                                packing,
                                DeltaMemory.packing(how, unit.plainBytes(), unit.packedBytes()));
            }
        }
        int large = 0;
        int packed = 0;
        for (Layer layer : before.layers()) {
            for (Layer.Unit unit : layer.units()) {
                large = Math.max(large, unit.plainBytes());
                packed = Math.max(packed, unit.packedBytes());
            }
        }
        return frame
                + frames.mostOpenBytes
                + memory.windowBytes()
                + packing
                + UnitCache.mostBytes(large)
                + packed
                + DeltaMemory.TABLES_BYTES;
    }
}

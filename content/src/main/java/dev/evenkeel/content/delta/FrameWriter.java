// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import dev.evenkeel.content.RandomBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Writes one frame: what [FrameReader] reads.
final class FrameWriter {
    /// A copy in a list, as Java keeps it.
    private static final long COPY_BYTES = 32;

    private final Map<Stream, Bytes> streams = new EnumMap<>(Stream.class);
    private final List<List<PiecedBytes.Piece>> bases = new ArrayList<>();
    private final List<Open> open = new ArrayList<>();
    private final long[] pieceEnd;
    private final long[] sameEnd;
    private final Words words = new Words();
    private long expandedBytes;
    private long cost;
    private long mostOpenBytes;

    /// A group of which bytes are still to come.
    private static final class Open {
        final GroupMaker.Made made;
        final Blocks blocks;
        final @Nullable Foresight foresight;
        int ready;
        long remaining;

        Open(GroupMaker.Made made, @Nullable Foresight foresight) {
            this.made = made;
            this.foresight = foresight;
            this.blocks = new Blocks(made.copies(), made.fresh().length);
            this.remaining = made.fresh().length;
        }

        /// What it takes on a device: copies, a block that is ready, and what it foretells by.
        long bytes() {
            return COPY_BYTES * made.copies().size()
                    + 2L * Blocks.MOST_BYTES
                    + (foresight == null ? 0 : foresight.bytes());
        }
    }

    FrameWriter(int oldLevels) {
        pieceEnd = new long[oldLevels];
        sameEnd = new long[oldLevels];
        for (Stream stream : Stream.values()) {
            streams.put(stream, new Bytes());
        }
    }

    long expandedBytes() {
        return expandedBytes;
    }

    boolean isBetweenGroups() {
        return open.isEmpty();
    }

    /// What the groups that were open at a time took at the most.
    long mostOpenBytes() {
        return mostOpenBytes;
    }

    private void noteOpen() {
        long bytes = 0;
        for (Open group : open) bytes += group.bytes();
        mostOpenBytes = Math.max(mostOpenBytes, bytes);
    }

    /// About how many bytes the frame will have.
    long cost() {
        return cost;
    }

    void same(int level, long from, long length) {
        segment(Segment.SAME, length);
        bytes(Stream.SEGMENTS).number(level);
        bytes(Stream.SEGMENTS).signed(from - sameEnd[level]);
        sameEnd[level] = from + length;
        cost += 4;
    }

    void zeros(long length) {
        segment(Segment.ZEROS, length);
    }

    /// Begins a group and gives its first bytes.
    ///
    /// @param base the pieces of old bytes that it was made from
    void begin(GroupMaker.Made made, List<PiecedBytes.Piece> base, long length) throws IOException {
        segment(Segment.BEGIN, length);
        Bytes groups = bytes(Stream.GROUPS);
        groups.number(made.fresh().length);
        base(groups, base);
        groups.number(made.copies().size());
        copies(made.copies());
        var group = new Open(made, foresight(groups, made));
        open.addFirst(group);
        give(group, length);
    }

    /// Gives more bytes of a group.
    @SuppressWarnings("ReferenceEquality") // two groups may be equal, and are not the same
    void resume(GroupMaker.Made made, long length) {
        int back = 0;
        while (open.get(back).made != made) back++;
        segment(Segment.RESUME, length);
        bytes(Stream.SEGMENTS).number(back);
        give(open.get(back), length);
    }

    private void segment(int kind, long length) {
        bytes(Stream.SEGMENTS).number(length << 2 | kind);
        expandedBytes += length;
    }

    private void base(Bytes groups, List<PiecedBytes.Piece> base) {
        if (base.isEmpty()) {
            groups.number(0);
            return;
        }
        int known = bases.lastIndexOf(base);
        if (known >= 0) {
            groups.number(bases.size() + 1L - known);
            return;
        }
        groups.number(1);
        groups.number(base.size());
        for (PiecedBytes.Piece piece : base) {
            groups.number(piece.level());
            groups.signed(piece.at() - pieceEnd[piece.level()]);
            groups.number(piece.length());
            pieceEnd[piece.level()] = piece.at() + piece.length();
        }
        bases.add(base);
    }

    private void copies(List<Copy> copies) {
        int to = 0;
        int end = 0;
        for (Copy copy : copies) {
            bytes(Stream.LITERAL_LENGTHS).number(copy.to() - to);
            bytes(Stream.COPY_LENGTHS).number(copy.length());
            bytes(Stream.SEEKS).signed(copy.from() - end);
            to = copy.to() + copy.length();
            end = copy.from() + copy.length();
        }
        cost += copies.size() * 3L;
    }

    private @Nullable Foresight foresight(Bytes groups, GroupMaker.Made made) throws IOException {
        GroupMaker.Foretold foretold = made.foresight();
        if (foretold == null || made.copies().isEmpty()) {
            groups.number(0);
            return null;
        }
        byte[] models = GroupMaker.models(made, foretold, words);
        groups.number(1);
        groups.write(models);
        for (int bias : foretold.bias()) {
            groups.signed(bias);
        }
        return new Foresight(
                RandomBytes.of(made.old()),
                foretold.elf(),
                made.copies(),
                models,
                foretold.bias(),
                words);
    }

    private void give(Open group, long length) {
        long left = length;
        while (left > 0) {
            if (group.ready == 0) block(group);
            int some = (int) Math.min(left, group.ready);
            group.ready -= some;
            left -= some;
        }
        group.remaining -= length;
        noteOpen();
        if (group.remaining == 0) open.remove(group);
    }

    private void block(Open group) {
        Blocks.Block block = group.blocks.next();
        group.ready = block.length();
        byte[] fresh = group.made.fresh();
        if (block.isLiteral()) {
            bytes(Stream.LITERALS).write(fresh, block.to(), block.length());
            cost += block.length() / 2;
            return;
        }
        byte[] old = group.made.old();
        byte[] bytes = Arrays.copyOfRange(old, block.from(), block.from() + block.length());
        if (group.foresight != null) GroupMaker.foretell(group.foresight, block, bytes, fresh);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (fresh[block.to() + i] - bytes[i]);
            if (bytes[i] != 0) cost++;
        }
        bytes(Stream.DIFFERENCES).write(bytes);
    }

    /// The frame's bytes.
    ///
    /// @param dictionaryBytes window of each of the two large streams
    byte[] finish(int dictionaryBytes) {
        var head = new Bytes();
        var body = new Bytes();
        for (Stream stream : Stream.values()) {
            byte[] plain = bytes(stream).toArray();
            boolean isLarge = stream == Stream.DIFFERENCES || stream == Stream.LITERALS;
            int most = isLarge ? dictionaryBytes : DeltaMemory.SMALL_DICTIONARY_BYTES;
            int dictionary = Math.clamp(plain.length, 4096, most);
            byte[] packed = plain.length == 0 ? plain : Lzma.pack(plain, dictionary);
            boolean isSmaller = packed.length < plain.length;
            head.number(plain.length);
            head.number(isSmaller ? packed.length : plain.length);
            head.number(isSmaller ? dictionary : 0);
            body.write(isSmaller ? packed : plain);
        }
        head.write(body.toArray());
        return head.toArray();
    }

    private Bytes bytes(Stream stream) {
        return Objects.requireNonNull(streams.get(stream));
    }
}

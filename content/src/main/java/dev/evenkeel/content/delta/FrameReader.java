// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import dev.evenkeel.content.RandomBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Makes the bytes of one frame from the old image. Whoever calls has compared the frame with its
/// digest.
final class FrameReader {
    private static final int MAX_GROUP_BYTES = 512 << 20;
    private static final int MAX_COPIES = 1 << 20;
    private static final int MAX_PIECES = 1 << 20;
    private static final int MAX_DICTIONARY = 64 << 20;
    private static final int ZEROS_AT_ONCE = 64 << 10;
    private static final byte[] ZEROS = new byte[ZEROS_AT_ONCE];

    private final List<RandomBytes> old;
    private final ByteSink sink;
    private final Map<Stream, Numbers> streams = new EnumMap<>(Stream.class);
    private final List<PiecedBytes> bases = new ArrayList<>();
    private final List<Group> open = new ArrayList<>();
    private final long[] pieceEnd;
    private final long[] sameEnd;
    private final Words words = new Words();

    /// A stream as it lies in the frame; without a dictionary it is not packed.
    private record Packed(Stream stream, int length, int dictionary) {}

    /// @param old the levels of the old image, from the image itself upwards
    /// @param memoryBytes what the windows of all streams may have together
    FrameReader(List<RandomBytes> old, byte[] frame, long memoryBytes, ByteSink sink) {
        this.old = old;
        this.sink = sink;
        this.pieceEnd = new long[old.size()];
        this.sameEnd = new long[old.size()];
        var in = new ByteArrayInputStream(frame);
        var head = new Numbers("delta, frame", in);
        List<Packed> packed = new ArrayList<>();
        for (Stream stream : Stream.values()) {
            head.count(Integer.MAX_VALUE, "length of a stream");
            packed.add(
                    new Packed(
                            stream,
                            head.count(frame.length, "packed length of a stream"),
                            head.count(MAX_DICTIONARY, "dictionary of a stream")));
        }
        long windows = 0;
        for (Packed stream : packed) {
            windows += stream.dictionary();
        }
        if (windows > memoryBytes) {
            throw head.malformed("needs " + windows + " bytes of windows, more than its head says");
        }
        int at = frame.length - in.available();
        for (Packed stream : packed) {
            if (stream.length() > frame.length - at) {
                throw head.malformed("ends before its streams do");
            }
            InputStream bytes =
                    stream.dictionary() == 0
                            ? new ByteArrayInputStream(frame, at, stream.length())
                            : Lzma.unpack(frame, at, stream.length(), stream.dictionary());
            streams.put(
                    stream.stream(), new Numbers("delta, frame, " + stream.stream().name(), bytes));
            at += stream.length();
        }
        if (at != frame.length) throw head.malformed("has bytes behind its streams");
    }

    /// Makes the frame's `expandedBytes` bytes.
    void run(long expandedBytes) throws IOException {
        long left = expandedBytes;
        while (left > 0) {
            Segment segment = segment(left);
            left -= segment.length();
            make(segment);
        }
        if (!open.isEmpty()) {
            throw numbers(Stream.SEGMENTS).malformed("ends in the middle of a group");
        }
    }

    private Segment segment(long left) {
        Numbers in = numbers(Stream.SEGMENTS);
        long word = in.number(Long.MAX_VALUE >> 2, "segment");
        long length = word >>> 2;
        if (length == 0 || length > left) {
            throw in.malformed("a segment has " + length + " bytes, expected 1 to " + left);
        }
        return switch ((int) (word & 3)) {
            case Segment.SAME -> {
                int level = in.count(old.size() - 1, "level");
                long from = sameEnd[level] + in.signed("place of old bytes");
                requireInside(in, level, from, length);
                sameEnd[level] = from + length;
                yield new Segment.Same(level, from, length);
            }
            case Segment.ZEROS -> new Segment.Zeros(length);
            case Segment.BEGIN -> new Segment.Begin(length);
            default -> new Segment.Resume(in.count(open.size() - 1, "open group"), length);
        };
    }

    private void make(Segment segment) throws IOException {
        switch (segment) {
            case Segment.Same(int level, long from, long length) -> copy(level, from, length);
            case Segment.Zeros(long length) -> zeros(length);
            case Segment.Begin(long length) -> {
                Group group = group();
                open.addFirst(group);
                give(0, group, length);
            }
            case Segment.Resume(int back, long length) -> give(back, open.get(back), length);
        }
    }

    private void give(int back, Group group, long length) throws IOException {
        if (length > group.remaining()) {
            throw numbers(Stream.SEGMENTS).malformed("takes more bytes of a group than it has");
        }
        group.give(length, sink);
        if (group.isDone()) open.remove(back);
    }

    private void copy(int level, long from, long length) throws IOException {
        var some = new byte[(int) Math.min(length, Blocks.MOST_BYTES)];
        long done = 0;
        while (done < length) {
            int count = (int) Math.min(some.length, length - done);
            old.get(level).read(from + done, some, 0, count);
            sink.write(some, 0, count);
            done += count;
        }
    }

    private void zeros(long length) throws IOException {
        long left = length;
        while (left > 0) {
            int some = (int) Math.min(left, ZEROS_AT_ONCE);
            sink.write(ZEROS, 0, some);
            left -= some;
        }
    }

    private Group group() throws IOException {
        Numbers in = numbers(Stream.GROUPS);
        int freshBytes = in.count(MAX_GROUP_BYTES, "length of a group");
        if (freshBytes == 0) throw in.malformed("a group is empty");
        PiecedBytes base = base(in);
        int count = in.count(MAX_COPIES, "number of copies");
        List<Copy> copies = copies(in, freshBytes, (int) base.sizeBytes(), count);
        Foresight foresight = foresight(in, base, copies);
        return new Group(
                new Patch(base, freshBytes, copies),
                foresight,
                numbers(Stream.DIFFERENCES),
                numbers(Stream.LITERALS));
    }

    /// 0: none; 1: pieces follow; from 2 on: one that an earlier group of this frame has.
    private PiecedBytes base(Numbers in) {
        int kind = in.count(bases.size() + 1, "base");
        if (kind == 0) return new PiecedBytes(old, List.of());
        if (kind > 1) return bases.get(bases.size() + 1 - kind);
        int count = in.count(MAX_PIECES, "number of pieces");
        List<PiecedBytes.Piece> pieces = new ArrayList<>();
        long size = 0;
        for (int i = 0; i < count; i++) {
            int level = in.count(old.size() - 1, "level");
            long at = pieceEnd[level] + in.signed("place of a piece");
            int length = in.count(MAX_GROUP_BYTES, "length of a piece");
            requireInside(in, level, at, length);
            pieceEnd[level] = at + length;
            size += length;
            if (length == 0 || size > MAX_GROUP_BYTES) {
                throw in.malformed("a base is empty or larger than " + MAX_GROUP_BYTES);
            }
            pieces.add(new PiecedBytes.Piece(level, at, length));
        }
        var base = new PiecedBytes(old, pieces);
        bases.add(base);
        return base;
    }

    private List<Copy> copies(Numbers in, int freshBytes, int baseBytes, int count) {
        List<Copy> copies = new ArrayList<>(Math.min(count, 1 << 16));
        int to = 0;
        int end = 0;
        for (int i = 0; i < count; i++) {
            to += numbers(Stream.LITERAL_LENGTHS).count(freshBytes - to, "literal length");
            int length = numbers(Stream.COPY_LENGTHS).count(freshBytes - to, "copy length");
            long from = end + numbers(Stream.SEEKS).signed("seek");
            if (length == 0 || from < 0 || from > baseBytes - length) {
                throw in.malformed("a copy is empty or reads outside of its base");
            }
            copies.add(new Copy(to, (int) from, length));
            to += length;
            end = (int) from + length;
        }
        return copies;
    }

    private @Nullable Foresight foresight(Numbers in, PiecedBytes base, List<Copy> copies)
            throws IOException {
        if (in.count(1, "foresight") == 0) return null;
        ElfFile elf =
                ElfFile.read(base).orElseThrow(() -> in.malformed("a group's base is no ELF file"));
        byte[] models = in.bytes(new Regions(elf).count(), "models");
        for (byte model : models) {
            if (model < 0 || model >= Model.count()) {
                throw in.malformed("model " + model + " is not known here");
            }
        }
        var bias = new int[elf.sections().size()];
        for (int i = 0; i < bias.length; i++) {
            bias[i] = (int) in.signed("bias");
        }
        return new Foresight(base, elf, copies, models, bias, words);
    }

    private void requireInside(Numbers in, int level, long at, long length) {
        if (at < 0 || at > old.get(level).sizeBytes() - length) {
            throw in.malformed(
                    "reads " + length + " bytes at " + at + ", outside of level " + level);
        }
    }

    private Numbers numbers(Stream stream) {
        return Objects.requireNonNull(streams.get(stream));
    }
}

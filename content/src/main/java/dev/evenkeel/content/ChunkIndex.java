// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.Payload;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The chunks of one image in order: what a signed manifest names and a device rebuilds the image
/// by. A chunk may occur more than once, always with the same frame.
public final class ChunkIndex {
    private static final FormatHeader HEADER = new FormatHeader("chunk index", "EKIX", 1, 56);
    private static final int ENTRY_BYTES = 72;

    private final long imageBytes;
    private final Digest image;
    private final List<Chunk> chunks;
    private final long[] offsets;

    /// Throws [MalformedInput] where the parts contradict each other.
    ///
    /// @param imageBytes length of the image, the sum of its chunks
    /// @param image SHA-256 of the image
    public ChunkIndex(long imageBytes, Digest image, List<Chunk> chunks) {
        this.imageBytes = imageBytes;
        this.image = image;
        this.chunks = List.copyOf(chunks);
        this.offsets = new long[chunks.size()];
        long end = 0;
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = end;
            end += this.chunks.get(i).rawBytes();
        }
        if (end != imageBytes) {
            throw HEADER.broken(
                    "says that the image has "
                            + Long.toUnsignedString(imageBytes)
                            + " bytes, its chunks have "
                            + end);
        }
        requireOneFramePerChunk();
    }

    /// The index that `bytes` hold; whoever calls has compared them with the digest in the
    /// manifest.
    public static ChunkIndex read(byte[] bytes) {
        ByteBuffer in = HEADER.read(bytes, Limits.INDEX_BYTES);
        int entryBytes = Short.toUnsignedInt(in.getShort());
        in.getShort(); // reserved
        long count = Integer.toUnsignedLong(in.getInt());
        long imageBytes = in.getLong();
        Digest image = digest(in);
        int start = FormatHeader.length(bytes);
        // before anything is allocated by a number that the input chose
        if (entryBytes < ENTRY_BYTES || bytes.length != start + count * entryBytes) {
            throw HEADER.broken(
                    "has "
                            + (bytes.length - start)
                            + " bytes after its header, expected "
                            + count
                            + " entries of "
                            + entryBytes);
        }
        var chunks = new ArrayList<Chunk>((int) count);
        for (int i = 0; i < count; i++) {
            chunks.add(entry(in.position(start + i * entryBytes), i));
        }
        return new ChunkIndex(imageBytes, image, chunks);
    }

    public byte[] toBytes() {
        long size = HEADER.knownBytes() + (long) ENTRY_BYTES * chunks.size();
        if (size > Limits.INDEX_BYTES) {
            throw HEADER.broken(
                    "would have "
                            + size
                            + " bytes, more than the limit of "
                            + Limits.INDEX_BYTES
                            + "; the image is too large");
        }
        ByteBuffer out = ByteBuffer.allocate((int) size);
        HEADER.write(out);
        out.putShort((short) ENTRY_BYTES).putShort((short) 0).putInt(chunks.size());
        out.putLong(imageBytes).put(image.raw());
        for (Chunk chunk : chunks) {
            out.putInt(chunk.rawBytes()).putInt(chunk.frameBytes());
            out.put(chunk.raw().raw()).put(chunk.frame().raw());
        }
        return out.array();
    }

    /// How a manifest names this index.
    public Payload.File file() {
        byte[] bytes = toBytes();
        return new Payload.File(Digest.of(bytes), bytes.length);
    }

    public long imageBytes() {
        return imageBytes;
    }

    public Digest image() {
        return image;
    }

    public List<Chunk> chunks() {
        return chunks;
    }

    public Chunk chunk(int number) {
        return chunks.get(number);
    }

    /// Where chunk `number` starts in the image.
    public long offset(int number) {
        return offsets[number];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChunkIndex index
                && image.equals(index.image)
                && chunks.equals(index.chunks);
    }

    @Override
    public int hashCode() {
        return image.hashCode();
    }

    @Override
    public String toString() {
        return "index of image "
                + image.brief()
                + " ("
                + imageBytes
                + " bytes, "
                + chunks.size()
                + " chunks)";
    }

    static Digest digest(ByteBuffer in) {
        var raw = new byte[Digest.SIZE_BYTES];
        in.get(raw);
        return Digest.ofRaw(raw);
    }

    private static Chunk entry(ByteBuffer in, int number) {
        int rawBytes = in.getInt();
        int frameBytes = in.getInt();
        try {
            return new Chunk(rawBytes, digest(in), frameBytes, digest(in));
        } catch (MalformedInput wrong) {
            throw wrong.in("chunk index, entry " + number);
        }
    }

    private void requireOneFramePerChunk() {
        Map<Digest, Chunk> byName = HashMap.newHashMap(chunks.size());
        for (Chunk chunk : chunks) {
            Chunk first = byName.putIfAbsent(chunk.raw(), chunk);
            if (first != null && !first.equals(chunk)) {
                throw HEADER.broken(
                        "describes chunk " + chunk.raw().brief() + " in two different ways");
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import dev.evenkeel.content.ChunkIndex;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.MalformedInput;
import java.io.IOException;
import java.util.BitSet;

/// A delta as one more source of chunks. Frames make the new image's bytes in order; here they are
/// cut into the chunks of its signed index, each checked before anybody gets it. So whatever a
/// delta makes, only the image comes of it. For one thread.
public final class DeltaChunks {
    private final DeltaHead head;
    private final ChunkIndex index;

    /// Where each frame begins in the new image, and the image's end.
    private final long[] borders;

    private int carriedBy = -1;
    private int carried = -1;
    private byte[] raw = new byte[0];
    private int filled;

    /// Takes chunks in the image's order.
    public interface Target {
        void chunk(int number, byte[] raw) throws IOException;
    }

    /// Throws [MalformedInput] where the delta makes another image than that of `index`.
    public DeltaChunks(DeltaHead head, ChunkIndex index) {
        if (!head.fresh().equals(index.image()) || head.newBytes() != index.imageBytes()) {
            throw new MalformedInput(
                    "delta: makes image "
                            + head.fresh()
                            + " of "
                            + head.newBytes()
                            + " bytes, expected "
                            + index.image()
                            + " of "
                            + index.imageBytes());
        }
        this.head = head;
        this.index = index;
        this.borders = head.imageBorders();
    }

    /// The frames that a device has to have for the chunks `wanted`: those with a wanted chunk that
    /// no other frame has a part of.
    public BitSet framesFor(BitSet wanted) {
        var frames = new BitSet();
        for (int i = wanted.nextSetBit(0); i >= 0; i = wanted.nextSetBit(i + 1)) {
            int first = firstFrame(i);
            if (first == lastFrame(i)) frames.set(first);
        }
        return frames;
    }

    /// Whether `frames` make the whole of a chunk.
    public boolean makes(int chunk, BitSet frames) {
        int last = lastFrame(chunk);
        return frames.nextClearBit(firstFrame(chunk)) > last;
    }

    /// What `frames` are as they travel.
    public long packedBytes(BitSet frames) {
        return frames.stream().mapToLong(frame -> head.frames().get(frame).packedBytes()).sum();
    }

    /// The frame that comes next for a device that wants `chunk` and has all before it.
    public int nextFrame(int chunk) {
        return isCarried(chunk) ? carriedBy + 1 : firstFrame(chunk);
    }

    /// Applies the [#nextFrame] of `chunk`, and gives `target` that chunk and all that follow it as
    /// far as the frame goes. Throws what [DeltaApply#frame] throws, and [DeltaFault.WrongChunk]
    /// where the old image or the delta is not what it has to be.
    ///
    /// @return the first chunk that `target` was not given; when the frame has a part of it, the
    ///   part is kept for the next call
    public int make(int chunk, byte[] frame, DeltaApply apply, Target target) throws IOException {
        int number = nextFrame(chunk);
        if (!isCarried(chunk)) begin(chunk);
        var cut = new Cut(borders[number], target);
        try {
            apply.frame(number, frame, cut::take);
        } catch (IOException | RuntimeException failed) {
            begin(-1);
            throw failed;
        }
        carriedBy = number;
        return carried;
    }

    /// Forgets the part of a chunk that is kept.
    public void forget() {
        begin(-1);
    }

    private boolean isCarried(int chunk) {
        return carried == chunk && filled > 0;
    }

    private void begin(int chunk) {
        carried = chunk;
        filled = 0;
        boolean isThere = chunk >= 0 && chunk < index.chunks().size();
        raw = new byte[isThere ? index.chunk(chunk).rawBytes() : 0];
    }

    private int firstFrame(int chunk) {
        return frameAt(index.offset(chunk));
    }

    private int lastFrame(int chunk) {
        return frameAt(index.offset(chunk) + index.chunk(chunk).rawBytes() - 1);
    }

    private int frameAt(long imageByte) {
        int low = 0;
        int high = borders.length - 2;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (borders[middle] <= imageByte) low = middle;
            else high = middle - 1;
        }
        return low;
    }

    /// Cuts what one frame makes.
    private final class Cut {
        private final Target target;
        private long at;

        Cut(long at, Target target) {
            this.at = at;
            this.target = target;
        }

        void take(byte[] bytes, int offset, int length) throws IOException {
            int from = offset;
            int end = offset + length;
            while (from < end && carried < index.chunks().size()) {
                long missing = index.offset(carried) + filled - at;
                int some = (int) Math.min(end - from, missing > 0 ? missing : raw.length - filled);
                if (missing <= 0) fill(bytes, from, some);
                from += some;
                at += some;
            }
        }

        private void fill(byte[] bytes, int from, int some) throws IOException {
            System.arraycopy(bytes, from, raw, filled, some);
            filled += some;
            if (filled < raw.length) return;
            Digest found = Digest.of(raw);
            if (!found.equals(index.chunk(carried).raw())) {
                throw new DeltaFault.WrongChunk(carried, index.chunk(carried).raw(), found);
            }
            int done = carried;
            byte[] whole = raw;
            begin(done + 1);
            target.chunk(done, whole);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.content.BlockStream;
import dev.evenkeel.content.ContentSource;
import dev.evenkeel.content.Unfinished;
import dev.evenkeel.content.delta.DeltaApply;
import dev.evenkeel.content.delta.DeltaChunks;
import dev.evenkeel.content.delta.DeltaFault;
import dev.evenkeel.content.delta.DeltaHead;
import dev.evenkeel.content.packing.PackingFault;
import dev.evenkeel.core.MalformedInput;
import java.io.IOException;
import java.io.InputStream;

/// Fetches the frames of one delta and applies them, one after the other.
final class DeltaFrames {
    /// The delta is of no use here: damaged, made for another old image, or too much for this
    /// device. Nothing was written by it that is not right.
    static final class Useless extends RuntimeException {
        Useless(String why, Throwable cause) {
            super(why, cause);
        }
    }

    private final Deltas.Named delta;
    private final DeltaHead head;
    private final DeltaChunks chunks;
    private final DeltaApply apply;
    private final ContentSource source;
    private final Unfinished unfinished;

    /// @param unfinished what a broken link left of a frame; outlives this object
    DeltaFrames(
            Deltas.Named delta,
            DeltaHead head,
            DeltaChunks chunks,
            DeltaApply apply,
            ContentSource source,
            Unfinished unfinished) {
        this.delta = delta;
        this.head = head;
        this.chunks = chunks;
        this.apply = apply;
        this.source = source;
        this.unfinished = unfinished;
    }

    /// What the frame that makes the rest of `chunk` has to be.
    DeltaHead.FrameEntry next(int chunk) {
        return head.frames().get(chunks.nextFrame(chunk));
    }

    /// That frame, as it was fetched; `progress` is told of its bytes as they come.
    byte[] fetch(int chunk, SlotWriter.Progress progress) throws IOException {
        int number = chunks.nextFrame(chunk);
        DeltaHead.FrameEntry entry = next(chunk);
        long at = head.frameAt(number, delta.headBytes());
        int held = unfinished.held(entry.digest());
        try (var ranges = new Ranges(at + held, at + entry.packedBytes(), progress)) {
            return unfinished.complete(entry.digest(), entry.packedBytes(), ranges);
        }
    }

    /// Makes `chunk` and what follows it as far as `frame` goes. Throws [IOException] where the
    /// frame came altered, or `target` does.
    ///
    /// @return the first chunk that was not made
    int make(int chunk, byte[] frame, DeltaChunks.Target target) throws IOException {
        try {
            return chunks.make(chunk, frame, apply, target);
        } catch (DeltaFault.WrongFrame altered) {
            // the carrier's fault: asked for again, though not for ever
            source.wasWrong(delta.path(), String.valueOf(altered.getMessage()));
            throw new IOException(altered.getMessage(), altered);
        } catch (DeltaFault | PackingFault | MalformedInput wrong) {
            throw new Useless(String.valueOf(wrong.getMessage()), wrong);
        }
    }

    /// Bytes of the delta, asked for in pieces: what a server has sent into the buffers on the way
    /// is lost when the power goes, so one request asks for no more than
    /// [ContentSource#requestBytes].
    private final class Ranges extends BlockStream {
        private long at;
        private long next;
        private final long end;
        private final SlotWriter.Progress progress;
        private InputStream open = InputStream.nullInputStream();

        Ranges(long from, long end, SlotWriter.Progress progress) {
            this.at = from;
            this.next = from;
            this.end = end;
            this.progress = progress;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = open.read(into, offset, length);
            // one that ends early is not gone on from elsewhere
            if (read < 0 && at == next && next < end) {
                open.close();
                long some = Math.min(end - next, source.requestBytes());
                open = source.open(delta.path(), next, some);
                next += some;
                read = open.read(into, offset, length);
            }
            if (read <= 0) return read;
            at += read;
            progress.fetched(read);
            return read;
        }

        @Override
        public void close() throws IOException {
            open.close();
        }
    }
}

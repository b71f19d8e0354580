// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import dev.evenkeel.core.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Writes one pack: a header and then distinct frames, back to back, in the order in which they
/// were added. The pack's name is the SHA-256 of the whole file. A writer that is closed before
/// [#finish] deletes its file. One thread adds; any thread may [#find].
public final class PackWriter implements Closeable {
    static final FormatHeader HEADER = new FormatHeader("pack", "EKPK", 1, 8);
    static final int HEADER_BYTES = HEADER.knownBytes();

    private final Path file;
    private final FileChannel channel;
    private final MessageDigest running = Digest.sha256();
    private final Map<Digest, Added> added = new ConcurrentHashMap<>();
    private long sizeBytes;
    private boolean finished;

    private record Added(Chunk chunk, long offset) {}

    private PackWriter(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /// Starts a pack in the new file `file`.
    public static PackWriter create(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        var pack = new PackWriter(file, channel);
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        HEADER.write(header);
        try {
            pack.append(header.array());
        } catch (IOException full) {
            pack.close();
            throw full;
        }
        return pack;
    }

    /// Where the frame of `chunk` lies in the pack; it is written if it was not there yet.
    public long add(Chunk chunk, byte[] frame) throws IOException {
        Added before = added.get(chunk.raw());
        if (before != null) return before.offset();
        if (frame.length != chunk.frameBytes()) {
            throw new ContentFault.WrongFrame(chunk, frame.length, "");
        }
        long offset = sizeBytes;
        append(frame);
        added.put(chunk.raw(), new Added(chunk, offset));
        return offset;
    }

    /// The chunk named `raw`, if this pack has it.
    public Optional<Chunk> find(Digest raw) {
        return Optional.ofNullable(added.get(raw)).map(Added::chunk);
    }

    public long sizeBytes() {
        return sizeBytes;
    }

    public int chunkCount() {
        return added.size();
    }

    /// Completes the file, on the medium, and tells its name.
    public Digest finish() throws IOException {
        if (finished) throw new IllegalStateException("pack " + file + " is finished already");
        channel.force(true);
        channel.close();
        finished = true;
        return Digest.ofRaw(running.digest());
    }

    @Override
    public void close() throws IOException {
        channel.close();
        if (!finished) Files.deleteIfExists(file);
    }

    private void append(byte[] bytes) throws IOException {
        ByteBuffer from = ByteBuffer.wrap(bytes);
        while (from.hasRemaining()) {
            channel.write(from);
        }
        running.update(bytes);
        sizeBytes += bytes.length;
    }
}

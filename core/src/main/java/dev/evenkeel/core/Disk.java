// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core;

import java.io.IOException;
import java.nio.ByteBuffer;

/// A partition or disk as the agent sees it: the port through which every write on a device goes,
/// so that a simulated disk can stand in its place. Offsets are bytes from its start. A write is
/// durable only after [#flush].
public interface Disk extends AutoCloseable {
    /// What it is, for messages: `/dev/vda6 (slot-a)`.
    String name();

    long sizeBytes();

    /// Fills `into` from `offset`; EOF inside the range is an error.
    void read(long offset, ByteBuffer into) throws IOException;

    /// As [#read], but from the medium, past the page cache (O_DIRECT, see open(2)). `offset` and
    /// the buffer's remaining bytes are multiples of 4096, the buffer's memory is aligned to 4096.
    void readPastCache(long offset, ByteBuffer into) throws IOException;

    /// Writes all of `from` at `offset`; a write past the end is an error and changes nothing.
    void write(long offset, ByteBuffer from) throws IOException;

    /// Returns once everything written is on the medium (fdatasync(2) and the drive's cache).
    void flush() throws IOException;

    @Override
    void close() throws IOException;
}

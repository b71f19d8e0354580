// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One write, or a part of one, that a drive has answered but not yet put onto the medium.
///
/// @param sequence number of the write as it arrived; parts of one write share it
/// @param bytes the content, from `from` on; null stands for zeros
record CachedWrite(long sequence, long offset, int length, byte @Nullable [] bytes, int from) {
    long end() {
        return offset + length;
    }

    /// What of this write lies in `start` to `end`, both inside it.
    CachedWrite part(long start, long end) {
        return new CachedWrite(
                sequence, start, (int) (end - start), bytes, from + (int) (start - offset));
    }

    /// The content, not copied; zeros are made.
    ByteBuffer content() {
        return bytes == null ? ByteBuffer.allocate(length) : ByteBuffer.wrap(bytes, from, length);
    }

    /// Memory that this write holds.
    long heldBytes() {
        return bytes == null ? 0 : length;
    }
}

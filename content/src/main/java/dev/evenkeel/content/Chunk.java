// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;

/// A piece of an image and the compressed frame in which it travels.
///
/// @param rawBytes length of the piece
/// @param raw SHA-256 of the piece: the chunk's name, for every carrier and for ever
/// @param frameBytes length of its frame
/// @param frame SHA-256 of its frame, checked before anything decompresses it
public record Chunk(int rawBytes, Digest raw, int frameBytes, Digest frame) {
    public Chunk {
        requireWithin("raw bytes", rawBytes, Limits.CHUNK_BYTES);
        requireWithin("frame bytes", frameBytes, Limits.FRAME_BYTES);
    }

    private static void requireWithin(String what, int found, int limit) {
        if (found < 1 || found > limit) {
            throw new MalformedInput(
                    "chunk: expected 1 to "
                            + limit
                            + " "
                            + what
                            + ", found "
                            + Integer.toUnsignedString(found));
        }
    }
}

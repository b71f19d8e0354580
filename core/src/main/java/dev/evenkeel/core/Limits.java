// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core;

/// The largest inputs that any part reads, in bytes unless named otherwise. A reader that meets
/// more stops at once.
public final class Limits {
    public static final int JSON_DEPTH = 32;
    public static final int JSON_NAME_CHARS = 1_024;
    public static final int MANIFEST_BYTES = 1 << 20;
    public static final int MESSAGE_BYTES = 64 << 10;
    public static final int ENVELOPE_BYTES = 128 << 10;
    public static final int METADATA_BYTES = 4 << 20;
    public static final int INDEX_BYTES = 32 << 20;
    public static final int CHUNK_BYTES = 1 << 20;

    /// A frame may be a little longer than its chunk where the bytes do not compress.
    public static final int FRAME_BYTES = CHUNK_BYTES + (64 << 10);

    private Limits() {}
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

/// How whoever makes a delta spends the memory that applying it may take.
///
/// @param frameBytes about how large a frame becomes as it travels
/// @param dictionaryBytes the window of each of the two large streams of a frame
/// @param unitBytes a unit, packed or unpacked
/// @param packingBytes what packing a unit again may take, its input and output included
record DeltaMemory(int frameBytes, int dictionaryBytes, int unitBytes, long packingBytes) {
    /// The window of each other stream.
    static final int SMALL_DICTIONARY_BYTES = 256 << 10;

    /// Copies, what words became, decoders, and pieces on their way.
    static final int TABLES_BYTES = 6 << 20;

    private static final long USUAL = 64L << 20;

    /// Less than this leaves no room for units.
    static final long SMALLEST = 24L << 20;

    static DeltaMemory of(long bytes) {
        if (bytes < SMALLEST) {
            throw new IllegalArgumentException(
                    "memory of a delta: expected at least " + SMALLEST + " bytes, found " + bytes);
        }
        return bytes >= USUAL
                ? new DeltaMemory(4 << 20, 2 << 20, 9 << 20, 20L << 20)
                : new DeltaMemory(3 << 19, 1 << 20, 1 << 20, 6L << 20);
    }

    /// What all windows of a frame take.
    long windowBytes() {
        int others = Stream.values().length - 2;
        return 2L * dictionaryBytes + (long) others * SMALL_DICTIONARY_BYTES;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import dev.evenkeel.content.packing.Packing;
import java.util.List;

/// How whoever makes a delta spends the memory that applying it may take.
///
/// @param frameBytes about how large a frame becomes as it travels
/// @param dictionaryBytes the window of each of the two large streams of a frame
/// @param unitBytes a unit, packed or unpacked
/// @param packingBytes what packing a unit again may take, its input and output included
/// @param foretells whether an executable is one group, however large: what one of its words became
///   foretells the next
record DeltaMemory(
        int frameBytes, int dictionaryBytes, int unitBytes, long packingBytes, boolean foretells) {
    /// The window of each other stream.
    static final int SMALL_DICTIONARY_BYTES = 256 << 10;

    /// What words became in all files, decoders, and pieces on their way.
    static final int TABLES_BYTES = 4 << 20;

    private static final long USUAL = 64L << 20;

    /// Less than this leaves no room for units.
    static final long SMALLEST = 24L << 20;

    /// Ways of spending so much, the one that usually gives the smallest delta first. How much a
    /// delta takes is known when it is made: a frame is as large as what cannot be cut in it. The
    /// last way always fits.
    static List<DeltaMemory> of(long bytes) {
        if (bytes < SMALLEST) {
            throw new IllegalArgumentException(
                    "memory of a delta: expected at least " + SMALLEST + " bytes, found " + bytes);
        }
        var usual = new DeltaMemory(4 << 20, 2 << 20, 9 << 20, 20L << 20, true);
        var small = new DeltaMemory(3 << 19, 1 << 20, 1 << 20, 6L << 20, true);
        var smallest = new DeltaMemory(3 << 19, 1 << 20, 1 << 20, 6L << 20, false);
        return bytes >= USUAL ? List.of(usual, small, smallest) : List.of(small, smallest);
    }

    /// What packing a unit again takes, its input and output included: the output stands in the
    /// packer's room and by itself.
    static long packing(Packing packing, int plainBytes, int packedBytes) {
        return plainBytes + 2L * packedBytes + packing.memoryBytes(plainBytes, packedBytes);
    }

    /// What all windows of a frame take.
    long windowBytes() {
        int others = Stream.values().length - 2;
        return 2L * dictionaryBytes + (long) others * SMALL_DICTIONARY_BYTES;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import dev.evenkeel.core.Digest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Where the frames of a whole repository lie, by their digest: an open hash table of plain arrays,
/// about 90 bytes for a frame, so that a million (some 64 GiB of images) fit into 90 MB.
final class FrameTable {
    private static final int WORDS = Digest.SIZE_BYTES / Long.BYTES;
    private static final int FIRST_CAPACITY = 1 << 12;

    private final List<Locations.Pack> packs = new ArrayList<>();
    private long[] digests = new long[WORDS * FIRST_CAPACITY];

    /// Number of the pack plus one; 0 where the table has no frame.
    private int[] packOf = new int[FIRST_CAPACITY];

    private long[] offsets = new long[FIRST_CAPACITY];
    private int count;

    record Found(Locations.Pack pack, long offset) {}

    int count() {
        return count;
    }

    /// The number to give to [#put] for frames of `pack`.
    int addPack(Locations.Pack pack) {
        packs.add(pack);
        return packs.size() - 1;
    }

    /// Notes where a frame lies, unless a place of it is known already.
    void put(Digest frame, int pack, long offset) {
        if (2 * count >= packOf.length) grow();
        place(words(frame), pack + 1, offset);
    }

    Optional<Found> find(Digest frame) {
        long[] words = words(frame);
        int slot = slot(words);
        return packOf[slot] == 0
                ? Optional.empty()
                : Optional.of(new Found(packs.get(packOf[slot] - 1), offsets[slot]));
    }

    private void place(long[] words, int packPlusOne, long offset) {
        int slot = slot(words);
        if (packOf[slot] != 0) return;
        System.arraycopy(words, 0, digests, slot * WORDS, WORDS);
        packOf[slot] = packPlusOne;
        offsets[slot] = offset;
        count++;
    }

    /// Where `words` are, or the free slot where they belong.
    private int slot(long[] words) {
        int mask = packOf.length - 1;
        int slot = (int) words[0] & mask;
        while (packOf[slot] != 0 && !holds(slot, words)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private boolean holds(int slot, long[] words) {
        int from = slot * WORDS;
        return Arrays.equals(digests, from, from + WORDS, words, 0, WORDS);
    }

    private void grow() {
        long[] oldDigests = digests;
        int[] oldPacks = packOf;
        long[] oldOffsets = offsets;
        digests = new long[2 * oldDigests.length];
        packOf = new int[2 * oldPacks.length];
        offsets = new long[2 * oldOffsets.length];
        count = 0;
        for (int slot = 0; slot < oldPacks.length; slot++) {
            if (oldPacks[slot] == 0) continue;
            int from = slot * WORDS;
            place(
                    Arrays.copyOfRange(oldDigests, from, from + WORDS),
                    oldPacks[slot],
                    oldOffsets[slot]);
        }
    }

    private static long[] words(Digest digest) {
        var words = new long[WORDS];
        ByteBuffer.wrap(digest.raw()).asLongBuffer().get(words);
        return words;
    }
}

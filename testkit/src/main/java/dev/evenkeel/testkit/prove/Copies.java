// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import dev.evenkeel.boot.Region;
import dev.evenkeel.boot.StatePartition;
import dev.evenkeel.testkit.Medium;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// The copies of a region as the shipping reader sees them, each pair of pages read once: pages are
/// immutable and shared, so the same two pages say the same again. What it holds can always be
/// computed anew.
final class Copies {
    private static final int PLACES = 1 << 13;
    private static final AtomicReferenceArray<@Nullable Entry> KNOWN =
            new AtomicReferenceArray<>(PLACES);

    /// Where a copy's header says how long its content is, and the most that fits into its first
    /// page with it.
    private static final int LENGTH_AT = 32;

    private static final int MOST_IN_PAGE = Medium.PAGE_BYTES - 128;

    private record Entry(
            byte[] first, byte[] second, Region region, List<StatePartition.Copy> copies) {
        // the very same pages: that is the point
        @SuppressWarnings("ReferenceEquality")
        boolean isOf(byte[] one, byte[] two, Region wanted) {
            return first == one && second == two && region == wanted;
        }
    }

    private Copies() {}

    /// Both, the one in the first half first.
    static List<StatePartition.Copy> of(Medium medium, Region region) {
        byte[] first = medium.page(region.offset(0) / Medium.PAGE_BYTES);
        byte[] second = medium.page(region.offset(1) / Medium.PAGE_BYTES);
        int hash = 31 * System.identityHashCode(first) + System.identityHashCode(second);
        int place = (31 * hash + Long.hashCode(region.offset(0) >> 12)) & (PLACES - 1);
        Entry known = KNOWN.get(place);
        if (known != null && known.isOf(first, second, region)) return known.copies();
        List<StatePartition.Copy> copies = Symmetry.partition(medium).copies(region);
        if (isAll(first) && isAll(second)) {
            KNOWN.set(place, new Entry(first, second, region, copies));
        }
        return copies;
    }

    /// Whether the copy that begins with this page does not reach beyond it.
    private static boolean isAll(byte[] page) {
        long length = ByteBuffer.wrap(page).getLong(LENGTH_AT);
        return length >= 0 && length <= MOST_IN_PAGE;
    }
}

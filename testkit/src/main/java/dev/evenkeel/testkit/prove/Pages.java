// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Lets equal pages of many states be one page, to save memory. Forgets what it has no place for:
/// then two equal pages are kept.
final class Pages {
    private static final int PLACES = 1 << 16;
    private static final AtomicReferenceArray<byte @Nullable []> KNOWN =
            new AtomicReferenceArray<>(PLACES);

    private Pages() {}

    /// The same state, of pages that are shared as far as possible.
    static MachineState shared(MachineState state) {
        MachineState same = state;
        for (Partition partition : Partition.values()) {
            // of those, what changed is another medium
            if (partition.kind() == Partition.Kind.FOREIGN) continue;
            same = same.with(partition, state.medium(partition).sharing(Pages::shared));
        }
        return same;
    }

    private static byte[] shared(byte[] page) {
        int place = (int) Hash.of(page) & (PLACES - 1);
        byte[] known = KNOWN.get(place);
        if (known != null && Arrays.equals(known, page)) return known;
        KNOWN.set(place, page);
        return page;
    }
}

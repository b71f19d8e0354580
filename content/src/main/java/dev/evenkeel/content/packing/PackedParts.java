// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// The packed parts of a file, whether anybody can pack them again or not.
public final class PackedParts {
    private PackedParts() {}

    /// In order, none over another; each with its end.
    ///
    /// @param plainBytesLimit a part whose end only its decoder can tell is left out where it holds
    ///   more
    public static List<PackedSpan> of(byte[] file, int plainBytesLimit) {
        var spans = new ArrayDeque<>(PackedSpans.of(file));
        var parts = new ArrayList<PackedSpan>();
        int end = 0;
        while (!spans.isEmpty()) {
            PackedSpan span = spans.poll();
            if (span.at() < end) continue;
            if (span.isOpenEnded()) {
                try {
                    int packed = Inflated.at(file, span.at(), plainBytesLimit).packedBytes();
                    span = new PackedSpan(span.kind(), span.at(), span.at() + packed);
                } catch (PackingFault damagedOrTooLarge) {
                    continue;
                }
                GzipFile.after(new LittleEndian(file), span.end()).ifPresent(spans::push);
            }
            end = span.end();
            parts.add(span);
        }
        return parts;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The ranges of a file that a client asks for (RFC 9110, 14).
sealed interface ByteRanges {
    int MOST = 512;

    /// One range.
    ///
    /// @param last included
    record One(long first, long last) {
        long length() {
            return last - first + 1;
        }
    }

    /// No range, or one that is not understood and so is ignored.
    record Whole() implements ByteRanges {}

    record Some(List<One> ranges) implements ByteRanges {
        public Some {
            ranges = List.copyOf(ranges);
        }
    }

    /// Nothing that the file has.
    record Unsatisfiable() implements ByteRanges {}

    Pattern SPEC = Pattern.compile("([0-9]{0,18})-([0-9]{0,18})");

    static ByteRanges parse(Optional<String> header, long size) {
        if (header.isEmpty() || !header.get().startsWith("bytes=")) return new Whole();
        String[] specs = header.get().substring("bytes=".length()).split(",", -1);
        if (specs.length > MOST) return new Unsatisfiable();
        var ranges = new ArrayList<One>();
        long total = 0;
        for (String spec : specs) {
            Matcher parts = SPEC.matcher(spec.strip());
            if (!parts.matches()) return new Whole();
            String first = parts.group(1);
            String last = parts.group(2);
            if (first.isEmpty() && last.isEmpty()) return new Whole();
            if (!first.isEmpty() && !last.isEmpty() && number(last) < number(first)) {
                return new Whole();
            }
            One range =
                    first.isEmpty()
                            ? new One(Math.max(0, size - number(last)), size - 1)
                            : new One(
                                    number(first),
                                    last.isEmpty() ? size - 1 : Math.min(number(last), size - 1));
            if (range.first() > range.last() || range.first() >= size) continue;
            ranges.add(range);
            total += range.length();
        }
        // RFC 9110, 14.2: many overlapping ranges are an attack, not a wish
        if (ranges.isEmpty() || total > 2 * size) return new Unsatisfiable();
        return new Some(ranges);
    }

    private static long number(String digits) {
        return Long.parseLong(digits);
    }
}

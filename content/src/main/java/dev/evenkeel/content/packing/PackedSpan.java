// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

/// Where something seems to be packed inside of a file.
record PackedSpan(PackedKind kind, int at, int end) {
    PackedSpan {
        if (at < 0 || end < at) throw new IllegalArgumentException("span " + at + " to " + end);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

/// A run of bytes of the topmost level of the new image.
sealed interface Segment {
    long length();

    /// Bytes as they stand on some level of the old image.
    record Same(int level, long from, long length) implements Segment {}

    /// Zeros.
    record Zeros(long length) implements Segment {}

    /// The next bytes of a group that begins here.
    record Begin(long length) implements Segment {}

    /// The next bytes of a group that began before and was left.
    ///
    /// @param back how many groups were begun since and are not complete
    record Resume(int back, long length) implements Segment {}

    int SAME = 0;
    int ZEROS = 1;
    int BEGIN = 2;
    int RESUME = 3;
}

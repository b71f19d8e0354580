// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

/// A write or a flush that a device asks its disk for.
///
/// @param offset of a write; 0 for a flush
/// @param length of a write; 0 for a flush
record DiskOperation(Kind kind, long offset, long length) {
    enum Kind {
        WRITE,
        FLUSH
    }

    static final DiskOperation FLUSH = new DiskOperation(Kind.FLUSH, 0, 0);

    static DiskOperation write(long offset, long length) {
        return new DiskOperation(Kind.WRITE, offset, length);
    }

    boolean isFlush() {
        return kind == Kind.FLUSH;
    }

    /// Whether it is a write that touches `start` to `end`.
    boolean touches(long start, long end) {
        return kind == Kind.WRITE && offset < end && offset + length > start;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

/// A place of the state partition for one thing that an agent must not lose. Number, offset and
/// size never change: regions are only added, at the end. Table: `docs/formats/state-partition.md`.
public enum Region {
    /// What the image or the factory gave: fleet, server, enrolment token, root of trust.
    PROVISIONING(1, 64, 128),
    /// The device's key and certificate.
    IDENTITY(2, 192, 64),
    /// The stage of the update machine.
    JOURNAL(3, 256, 64),
    /// Which chunks of the inactive slot are verified.
    LEDGER(4, 320, 64),
    /// Boot reports that the server has not acknowledged.
    REPORTS(5, 384, 512),
    /// The newest signed time ever seen.
    CLOCK(6, 896, 4),
    TRUST_ROOT(7, 1024, 512),
    TRUST_TIMESTAMP(8, 1536, 256),
    TRUST_SNAPSHOT(9, 1792, 512),
    TRUST_TARGETS(10, 2304, 1024),
    TRUST_CHANNEL(11, 3328, 1024),
    /// What happened last, for `why` and for people.
    HISTORY(12, 4352, 256),
    /// How often the committed release ended unexpectedly.
    RESTARTS(13, 4608, 4);

    private final int number;
    private final long offset;
    private final int size;

    Region(int number, int offsetKib, int sizeKib) {
        this.number = number;
        this.offset = offsetKib * 1024L;
        this.size = sizeKib * 1024;
    }

    /// The most content that fits.
    public int capacityBytes() {
        return size - StateCopy.HEADER_BYTES;
    }

    int number() {
        return number;
    }

    /// Offset of a copy, 0 or 1. The copies lie in different halves of the partition, far apart, so
    /// that one spoiled erase block of a flash never holds both.
    public long offset(int copy) {
        return copy * StatePartition.HALF_BYTES + offset;
    }

    /// Bytes that one copy may take, its header included.
    public int sizeBytes() {
        return size;
    }
}

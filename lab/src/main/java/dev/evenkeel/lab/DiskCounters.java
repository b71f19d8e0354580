// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

/// What a virtual disk was asked to do, and what power cuts took from it, since it was opened. A
/// test of crash safety that sees no flush here has tested nothing.
///
/// @param throughWrites writes that asked to be durable on completion (FUA)
/// @param spilledWrites writes that reached the medium because the cache was full
/// @param tornWrites writes of which a cut kept only some sectors
/// @param lostWrites completed writes of which a cut kept nothing
public record DiskCounters(
        long reads,
        long writes,
        long throughWrites,
        long flushes,
        long bytesRead,
        long bytesWritten,
        long spilledWrites,
        long tornWrites,
        long lostWrites) {
    static final DiskCounters NONE = new DiskCounters(0, 0, 0, 0, 0, 0, 0, 0, 0);

    DiskCounters plusRead(long bytes) {
        return new DiskCounters(
                reads + 1,
                writes,
                throughWrites,
                flushes,
                bytesRead + bytes,
                bytesWritten,
                spilledWrites,
                tornWrites,
                lostWrites);
    }

    DiskCounters plusWrite(long bytes, boolean through) {
        return new DiskCounters(
                reads,
                writes + 1,
                throughWrites + (through ? 1 : 0),
                flushes,
                bytesRead,
                bytesWritten + bytes,
                spilledWrites,
                tornWrites,
                lostWrites);
    }

    DiskCounters plusFlush() {
        return new DiskCounters(
                reads,
                writes,
                throughWrites,
                flushes + 1,
                bytesRead,
                bytesWritten,
                spilledWrites,
                tornWrites,
                lostWrites);
    }

    DiskCounters plusSpill() {
        return new DiskCounters(
                reads,
                writes,
                throughWrites,
                flushes,
                bytesRead,
                bytesWritten,
                spilledWrites + 1,
                tornWrites,
                lostWrites);
    }

    DiskCounters plusCut(PowerCut cut) {
        return new DiskCounters(
                reads,
                writes,
                throughWrites,
                flushes,
                bytesRead,
                bytesWritten,
                spilledWrites,
                tornWrites + cut.tornWrites(),
                lostWrites + cut.lostWrites());
    }
}

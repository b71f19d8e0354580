// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import dev.evenkeel.core.Disk;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// A disk in memory whose power can fail in the middle of a write, and whose sectors can go bad.
final class SectorDisk implements Disk {
    static final int SECTOR_BYTES = 512;

    /// The power went while a write was under way.
    static final class PowerCut extends IOException {}

    private final String name;
    private final byte[] medium;
    private @Nullable IntPredicate survives;
    private int writesBeforeCut;
    private long unreadableFrom = Long.MAX_VALUE;
    private long unreadableTo;
    private int writes;
    private int unflushed;

    SectorDisk(String name, long sizeBytes) {
        this(name, new byte[Math.toIntExact(sizeBytes)]);
    }

    SectorDisk(String name, byte[] medium) {
        this.name = name;
        this.medium = medium;
    }

    /// At the next write the power fails: of its sectors, counted from 0, only those reach the
    /// medium for which `reaches` is true.
    void cutPowerAtNextWrite(IntPredicate reaches) {
        cutPowerAtWrite(0, reaches);
    }

    void cutPowerAtWrite(int after, IntPredicate reaches) {
        writesBeforeCut = after;
        survives = reaches;
    }

    void restorePower() {
        survives = null;
    }

    void makeUnreadable(long from, long to) {
        unreadableFrom = from;
        unreadableTo = to;
    }

    void flipBit(long offset) {
        medium[(int) offset] ^= 0x10;
    }

    void fill(long offset, long bytes, int value) {
        java.util.Arrays.fill(medium, (int) offset, (int) (offset + bytes), (byte) value);
    }

    byte[] medium() {
        return medium;
    }

    byte[] bytes(long offset, int count) {
        return java.util.Arrays.copyOfRange(medium, (int) offset, (int) offset + count);
    }

    int writes() {
        return writes;
    }

    boolean isFlushed() {
        return unflushed == 0;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long sizeBytes() {
        return medium.length;
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        long end = offset + into.remaining();
        if (end > medium.length) throw new EOFException(name + ": past the end");
        if (offset < unreadableTo && end > unreadableFrom) {
            throw new IOException("Input/output error");
        }
        into.put(medium, (int) offset, into.remaining());
    }

    @Override
    public void readPastCache(long offset, ByteBuffer into) throws IOException {
        read(offset, into);
    }

    @Override
    public void write(long offset, ByteBuffer from) throws IOException {
        if (offset + from.remaining() > medium.length) {
            throw new EOFException(name + ": past the end");
        }
        writes++;
        unflushed++;
        boolean cut = survives != null && writesBeforeCut-- == 0;
        for (int sector = 0; from.hasRemaining(); sector++) {
            int count = Math.min(SECTOR_BYTES, from.remaining());
            if (!cut || survives == null || survives.test(sector)) {
                from.get(medium, (int) offset + sector * SECTOR_BYTES, count);
            } else {
                from.position(from.position() + count);
            }
        }
        if (cut) {
            survives = null;
            throw new PowerCut();
        }
    }

    @Override
    public void flush() {
        unflushed = 0;
    }

    @Override
    public void close() {}
}

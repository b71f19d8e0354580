// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit;

import dev.evenkeel.core.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/// A disk in memory with a volatile cache: a write is on the medium after the next flush only.
/// Until then a power cut keeps any part of it, in whole sectors, torn sectors, and any order.
public final class SimulatedDisk implements Disk {
    /// The unit that most media write in one piece.
    public static final int SECTOR_BYTES = 512;

    private final String name;
    private final DiskWatch watch;
    private final int sectorBytes;
    private final List<Write> unflushed = new ArrayList<>();
    private final TreeSet<Long> unreadable = new TreeSet<>();
    private Medium medium;
    private Medium seen;
    private boolean decaying;
    private boolean losesNext;
    private long rotting = -1;

    private record Write(long offset, byte[] bytes) {}

    public SimulatedDisk(String name, Medium content, int sectorBytes, DiskWatch watch) {
        this.name = name;
        this.watch = watch;
        this.sectorBytes = sectorBytes;
        this.medium = content;
        this.seen = content;
    }

    /// Puts content in place, past cache and watch.
    public void fill(byte[] content) {
        medium = medium.with(0, content);
        seen = seen.with(0, content);
    }

    /// The first bytes of the medium.
    public byte[] content(int length) {
        return medium.read(0, length);
    }

    /// What a power cut would leave if it kept nothing that is not flushed.
    public Medium medium() {
        return medium;
    }

    /// What a reader sees, the cache included.
    public Medium seen() {
        return seen;
    }

    /// What is on the medium once everything is flushed.
    public Medium settled() {
        Medium all = medium;
        for (Write write : unflushed) all = all.with(write.offset(), write.bytes());
        return all;
    }

    /// A part of a write that fails otherwise; for a watch.
    public void arrived(long offset, byte[] part) {
        seen = seen.with(offset, part);
        unflushed.add(new Write(offset, part));
    }

    /// The write that is about to happen is acknowledged, and never reaches the medium; for a
    /// watch.
    public void losesNext() {
        losesNext = true;
    }

    /// From now on the medium does not keep what is written to it.
    public void decay() {
        decaying = true;
    }

    /// One bit of the medium turns over, unnoticed by the cache.
    public void rot(long offset, int bit) {
        byte[] one = medium.read(offset, 1);
        one[0] ^= (byte) (1 << bit);
        medium = medium.with(offset, one);
    }

    /// As [#rot], of what no cache holds.
    public void rotUncached(long offset, int bit) {
        rot(offset, bit);
        byte[] one = seen.read(offset, 1);
        one[0] ^= (byte) (1 << bit);
        seen = seen.with(offset, one);
    }

    /// One bit turns over as soon as the flush that is about to happen is done; for a watch.
    public void rotsAfterFlush(long offset) {
        rotting = offset;
    }

    /// From now on the sector at `offset` cannot be read, until it is written again.
    public void spoil(long offset) {
        unreadable.add(offset / sectorBytes);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long sizeBytes() {
        return medium.sizeBytes();
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        read(seen, offset, into);
    }

    @Override
    public void readPastCache(long offset, ByteBuffer into) throws IOException {
        read(medium, offset, into);
    }

    private void read(Medium from, long offset, ByteBuffer into) throws IOException {
        requireWithin(offset, into);
        int count = into.remaining();
        watch.read(this, offset, count);
        requireReadable(offset, count);
        if (into.hasArray()) {
            from.read(offset, into.array(), into.arrayOffset() + into.position(), count);
            into.position(into.limit());
        } else {
            into.put(from.read(offset, count));
        }
    }

    @Override
    public void write(long offset, ByteBuffer buffer) throws IOException {
        requireWithin(offset, buffer);
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        watch.write(this, offset, bytes);
        seen = seen.with(offset, bytes);
        if (losesNext) losesNext = false;
        else unflushed.add(new Write(offset, bytes));
        sectors(offset, bytes.length).clear();
    }

    @Override
    public void flush() throws IOException {
        watch.flush(this);
        for (Write write : unflushed) medium = medium.with(write.offset(), write.bytes());
        unflushed.clear();
        if (decaying) rot(medium.sizeBytes() / 2, 0);
        if (rotting >= 0) rot(rotting, 0);
        rotting = -1;
    }

    @Override
    public void close() {}

    /// The power goes: of what was not flushed, `random` says what the medium keeps.
    public void losePower(Random random) {
        Collections.shuffle(unflushed, random);
        for (Write write : unflushed) {
            switch (random.nextInt(4)) {
                case 0 -> keep(write, 0, write.bytes().length);
                case 1 -> keep(write, 0, random.nextInt(write.bytes().length));
                case 2 -> keepSome(write, random);
                default -> {}
            }
        }
        unflushed.clear();
        seen = medium;
    }

    private void keepSome(Write write, Random random) {
        for (int at = 0; at < write.bytes().length; at += sectorBytes) {
            int count = Math.min(sectorBytes, write.bytes().length - at);
            if (random.nextBoolean()) keep(write, at, count);
        }
    }

    private void keep(Write write, int from, int count) {
        medium = medium.with(write.offset() + from, write.bytes(), from, count);
    }

    private void requireReadable(long offset, int count) throws IOException {
        if (unreadable.isEmpty() || sectors(offset, count).isEmpty()) return;
        throw new IOException(name + ": reading at " + offset + ": Input/output error");
    }

    private java.util.SortedSet<Long> sectors(long offset, int count) {
        return unreadable.subSet(
                offset / sectorBytes, Math.ceilDiv(offset + count, (long) sectorBytes));
    }

    private void requireWithin(long offset, ByteBuffer buffer) throws IOException {
        if (offset < 0 || offset > medium.sizeBytes() - buffer.remaining()) {
            throw new IOException(name + ": outside of the disk");
        }
    }
}

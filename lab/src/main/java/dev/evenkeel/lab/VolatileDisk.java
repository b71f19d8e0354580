// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.core.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// A disk with a volatile write cache over a sparse file, as real drives have one. A completed
/// write is read back at once, but only a flush (or a write that asks for it, FUA) makes it survive
/// [#cut].
///
/// Rules:
/// - The cache holds at most [#CACHE_BYTES] and [#CACHE_WRITES]; beyond that the oldest writes
///   reach the medium, in the order of their arrival, as they do in a drive.
/// - A cut lets a seeded random share of the cached writes through, in random order, about a
///   quarter of them torn: each 512-byte sector of a torn write reaches the medium or does not. A
///   sector that was written several times since the last flush may hold any of its versions.
/// - A write with FUA is durable when it returns and makes nothing else durable.
/// - A trimmed range reads as zeros, and the trim is cached as any write is.
/// - The power may fail in the middle of an operation ([#cutWhen]): a write is then one more that
///   may be lost or torn, FUA or not, and a flush has flushed nothing for sure.
///
/// Safe for several threads; one lock guards the whole disk.
public final class VolatileDisk implements Disk {
    public static final int SECTOR_BYTES = 512;
    public static final long CACHE_BYTES = 256L << 20;
    public static final int CACHE_WRITES = 1 << 16;

    private static final int PIECE_BYTES = 32 << 20;

    private final Path file;
    private final Medium medium;
    private final long sizeBytes;
    private final long cacheBytes;
    private final Deque<CachedWrite> cached = new ArrayDeque<>();
    private final ExtentMap newest = new ExtentMap();
    private long heldBytes;
    private long nextSequence;
    private boolean powered = true;
    private PowerTrap trap = PowerTrap.NEVER;
    private long trapSeed;
    private Optional<PowerCut> lastCut = Optional.empty();
    private DiskCounters counters = DiskCounters.NONE;

    /// The disk whose medium is `file`; its length is the disk's size.
    public static VolatileDisk open(Path file) throws IOException {
        return open(file, CACHE_BYTES);
    }

    static VolatileDisk open(Path file, long cacheBytes) throws IOException {
        return over(new FileMedium(file), file, cacheBytes);
    }

    /// A disk that starts as `base`, which it never changes; what reaches the medium goes into
    /// `layer`, whose old content is dropped.
    static VolatileDisk over(Path base, Path layer) throws IOException {
        return over(new LayeredMedium(base, layer), layer, CACHE_BYTES);
    }

    private static VolatileDisk over(Medium medium, Path file, long cacheBytes) throws IOException {
        long sizeBytes = medium.sizeBytes();
        if (sizeBytes == 0 || sizeBytes % SECTOR_BYTES != 0) {
            medium.close();
            throw new LabFailure(
                    "cannot use "
                            + file
                            + " as a disk: its size is "
                            + sizeBytes
                            + " bytes, expected a multiple of "
                            + SECTOR_BYTES
                            + " above zero");
        }
        return new VolatileDisk(file, medium, sizeBytes, cacheBytes);
    }

    private VolatileDisk(Path file, Medium medium, long sizeBytes, long cacheBytes) {
        this.file = file;
        this.medium = medium;
        this.sizeBytes = sizeBytes;
        this.cacheBytes = cacheBytes;
    }

    @Override
    public String name() {
        return file.toString();
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public synchronized void read(long offset, ByteBuffer into) throws IOException {
        needsPower();
        long end = offset + into.remaining();
        checkRange(offset, into.remaining());
        counters = counters.plusRead(into.remaining());
        int start = into.position();
        medium.read(offset, into);
        for (CachedWrite extent : newest.overlapping(offset, end)) {
            long from = Math.max(offset, extent.offset());
            long to = Math.min(end, extent.end());
            ByteBuffer content = extent.part(from, to).content();
            into.put(start + (int) (from - offset), content, content.position(), (int) (to - from));
        }
    }

    /// The same as [#read]: the page cache that a reader wants to pass is above the drive.
    @Override
    public void readPastCache(long offset, ByteBuffer into) throws IOException {
        read(offset, into);
    }

    @Override
    public void write(long offset, ByteBuffer from) throws IOException {
        var bytes = new byte[from.remaining()];
        checkRange(offset, bytes.length);
        from.get(bytes);
        write(offset, bytes, false);
    }

    /// As [#write], and durable on return: FUA.
    public void writeThrough(long offset, ByteBuffer from) throws IOException {
        var bytes = new byte[from.remaining()];
        checkRange(offset, bytes.length);
        from.get(bytes);
        write(offset, bytes, true);
    }

    /// Takes `bytes` over: the caller does not change them afterwards.
    synchronized void write(long offset, byte[] bytes, boolean through) throws IOException {
        needsPower();
        checkRange(offset, bytes.length);
        counters = counters.plusWrite(bytes.length, through);
        if (bytes.length == 0) return;
        boolean fails = trap.springs(DiskOperation.write(offset, bytes.length));
        accept(new CachedWrite(nextSequence++, offset, bytes.length, bytes, 0), through && !fails);
        if (fails) fail();
    }

    /// Makes `length` bytes zero; the trim of a range is the same.
    synchronized void writeZeros(long offset, long length, boolean through) throws IOException {
        needsPower();
        checkRange(offset, length);
        counters = counters.plusWrite(length, through);
        boolean fails = trap.springs(DiskOperation.write(offset, length));
        for (long at = offset; at < offset + length; at += PIECE_BYTES) {
            int piece = (int) Math.min(PIECE_BYTES, offset + length - at);
            accept(new CachedWrite(nextSequence++, at, piece, null, 0), through && !fails);
        }
        if (fails) fail();
    }

    private void fail() throws IOException {
        cut(trapSeed);
        throw new PowerIsOff(name());
    }

    private void accept(CachedWrite write, boolean through) throws IOException {
        if (through) {
            forget(write.offset(), write.end());
            medium.write(write);
            return;
        }
        cached.addLast(write);
        newest.put(write);
        heldBytes += write.heldBytes();
        while (heldBytes > cacheBytes || cached.size() > CACHE_WRITES) {
            spillOldest();
        }
    }

    private void spillOldest() throws IOException {
        CachedWrite oldest = cached.removeFirst();
        heldBytes -= oldest.heldBytes();
        medium.write(oldest);
        newest.removeAllOf(oldest);
        counters = counters.plusSpill();
    }

    /// Cuts the range out of every cached write: an older version must not come back over a durable
    /// one.
    private void forget(long start, long end) {
        newest.carve(start, end);
        if (cached.stream().noneMatch(w -> w.offset() < end && w.end() > start)) return;
        var rests = new ArrayList<CachedWrite>(cached.size() + 1);
        for (CachedWrite write : cached) {
            if (write.end() <= start || write.offset() >= end) {
                rests.add(write);
                continue;
            }
            if (write.offset() < start) rests.add(write.part(write.offset(), start));
            if (write.end() > end) rests.add(write.part(end, write.end()));
        }
        cached.clear();
        cached.addAll(rests);
        heldBytes = rests.stream().mapToLong(CachedWrite::heldBytes).sum();
    }

    @Override
    public synchronized void flush() throws IOException {
        needsPower();
        counters = counters.plusFlush();
        if (trap.springs(DiskOperation.FLUSH)) fail();
        drain();
    }

    private void drain() throws IOException {
        for (CachedWrite extent : newest.all()) {
            medium.write(extent);
        }
        forgetAll();
    }

    private void forgetAll() {
        cached.clear();
        newest.clear();
        heldBytes = 0;
    }

    /// From now on the power fails at the operation at which `chosen` springs, once; `seed` decides
    /// what is lost.
    synchronized void cutWhen(PowerTrap chosen, long seed) {
        trap = chosen;
        trapSeed = seed;
    }

    /// What the newest cut did; empty before the first.
    synchronized Optional<PowerCut> lastCut() {
        return lastCut;
    }

    /// The power fails: see the rules above. The disk answers nothing until [#powerOn].
    public synchronized PowerCut cut(long seed) throws IOException {
        needsPower();
        powered = false;
        var random = new Random(seed);
        var order = new ArrayList<>(cached);
        Collections.shuffle(order, random);
        double share = random.nextDouble();
        var reached = new int[3];
        var arrived = new ArrayList<Long>();
        long oldestLost = Long.MAX_VALUE;
        for (CachedWrite write : order) {
            int how = random.nextDouble() < share ? settle(write, random) : 0;
            reached[how]++;
            if (how == 0) oldestLost = Math.min(oldestLost, write.sequence());
            else arrived.add(write.sequence());
        }
        forgetAll();
        long border = oldestLost;
        int overtaking = (int) arrived.stream().filter(sequence -> sequence > border).count();
        var cut = new PowerCut(seed, reached[2], reached[1], reached[0], overtaking);
        counters = counters.plusCut(cut);
        lastCut = Optional.of(cut);
        trap = PowerTrap.NEVER;
        return cut;
    }

    /// As [#cut], or what the cut did that has already come.
    synchronized PowerCut cutUnlessOff(long seed) throws IOException {
        return powered ? cut(seed) : lastCut.orElseThrow(() -> new PowerIsOff(name()));
    }

    /// Puts a write, or some of its sectors, onto the medium: 0 nothing, 1 a part, 2 all of it
    /// arrived.
    private int settle(CachedWrite write, Random random) throws IOException {
        if (random.nextInt(4) != 0) {
            medium.write(write);
            return 2;
        }
        List<CachedWrite> sectors = sectors(write);
        int arrived = 0;
        for (CachedWrite sector : sectors) {
            if (random.nextBoolean()) {
                medium.write(sector);
                arrived++;
            }
        }
        if (arrived == 0) return 0;
        return arrived == sectors.size() ? 2 : 1;
    }

    private static List<CachedWrite> sectors(CachedWrite write) {
        var sectors = new ArrayList<CachedWrite>();
        for (long at = write.offset(); at < write.end(); ) {
            long end = Math.min(write.end(), (at / SECTOR_BYTES + 1) * SECTOR_BYTES);
            sectors.add(write.part(at, end));
            at = end;
        }
        return sectors;
    }

    /// Answers again, from what the medium holds.
    public synchronized void powerOn() {
        powered = true;
    }

    public synchronized boolean isPowered() {
        return powered;
    }

    public synchronized DiskCounters counters() {
        return counters;
    }

    /// Bytes that a cut could lose now.
    public synchronized long unflushedBytes() {
        return newest.all().stream().mapToLong(CachedWrite::length).sum();
    }

    /// An orderly end: what is cached reaches the medium, unless the power is already off.
    @Override
    public synchronized void close() throws IOException {
        try (medium) {
            if (powered) drain();
            powered = false;
        }
    }

    private void needsPower() throws PowerIsOff {
        if (!powered) throw new PowerIsOff(name());
    }

    private void checkRange(long offset, long length) throws IOException {
        if (offset < 0 || length < 0 || offset > sizeBytes - length) {
            throw new IOException(
                    "disk "
                            + name()
                            + " has "
                            + sizeBytes
                            + " bytes: "
                            + length
                            + " bytes at "
                            + offset
                            + " lie outside");
        }
    }
}

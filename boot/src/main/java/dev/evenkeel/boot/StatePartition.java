// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import dev.evenkeel.core.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The agent's memory: a raw partition without a filesystem, which needs no free space and no
/// repair. Each region has two checksummed copies; a write replaces the older or broken one, so
/// that power may go at any instant. One lock, its own, guards reading and writing. Format:
/// `docs/formats/state-partition.md`.
public final class StatePartition {
    /// Size of the partition on every device.
    public static final long SIZE_BYTES = 16L << 20;

    static final long HALF_BYTES = SIZE_BYTES / 2;

    private final Disk disk;

    public StatePartition(Disk disk) {
        if (disk.sizeBytes() < SIZE_BYTES) {
            throw new IllegalArgumentException(
                    disk.name()
                            + ": a state partition has "
                            + SIZE_BYTES
                            + " bytes, found "
                            + disk.sizeBytes());
        }
        this.disk = disk;
    }

    /// What a region holds, and what is wrong with it.
    ///
    /// @param content of the newest readable copy
    /// @param isLost whether there was content of which no copy is readable
    /// @param faults one line for each copy that is broken or of a version that we cannot read
    public record Reading(Optional<byte[]> content, boolean isLost, List<String> faults) {
        public Reading {
            faults = List.copyOf(faults);
        }
    }

    /// Empties every region, durably. For new disks: everything in the partition is lost.
    public static void format(Disk disk) throws IOException {
        // refuses a disk that is too small before it changes anything
        StatePartition partition = new StatePartition(disk);
        for (Region region : Region.values()) {
            for (int copy = 0; copy < 2; copy++) {
                partition.disk.write(
                        region.offset(copy), ByteBuffer.allocate(StateCopy.BLOCK_BYTES));
            }
        }
        disk.flush();
    }

    /// The content of a region; empty when it was never written or is lost, which [#inspect] tells
    /// apart.
    public Optional<byte[]> read(Region region) {
        return inspect(region).content();
    }

    /// Never fails: a copy that cannot be read is a broken one, and is told as a fault.
    public synchronized Reading inspect(Region region) {
        StateCopy first = copy(region, 0);
        StateCopy second = copy(region, 1);
        var faults = new ArrayList<String>();
        describe(region, 0, first, faults);
        describe(region, 1, second, faults);
        Optional<byte[]> content = content(current(first, second) == 0 ? first : second);
        return new Reading(content, content.isEmpty() && !faults.isEmpty(), faults);
    }

    /// One copy of a region as it lies there.
    ///
    /// @param content empty when the copy is not readable or was never written
    /// @param sequence the greater one is the newer; 0 without one
    public record Copy(Optional<byte[]> content, long sequence, boolean isBroken) {}

    /// Both copies, the one in the first half first: for provers and reports. Whoever wants the
    /// content asks [#read].
    public synchronized List<Copy> copies(Region region) {
        return List.of(shown(copy(region, 0)), shown(copy(region, 1)));
    }

    private static Copy shown(StateCopy copy) {
        return new Copy(content(copy), sequence(copy), copy instanceof StateCopy.Broken);
    }

    /// What is wrong anywhere in the partition, for a report.
    public List<String> faults() {
        var faults = new ArrayList<String>();
        for (Region region : Region.values()) faults.addAll(inspect(region).faults());
        return faults;
    }

    /// Replaces the content of a region, durably: after a power cut it holds the old content or the
    /// new one.
    ///
    /// @throws RegionFull when the content does not fit; nothing was written
    public synchronized void write(Region region, byte[] content) throws IOException {
        if (content.length > region.capacityBytes()) throw new RegionFull(region, content.length);
        StateCopy first = copy(region, 0);
        StateCopy second = copy(region, 1);
        int target = 1 - current(first, second);
        long newest = Math.max(sequence(first), sequence(second));
        StateCopy replaced = target == 0 ? first : second;
        if (replaced instanceof StateCopy.Broken) scrub(region, target);
        byte[] area = StateCopy.write(region, newest + 1, content);
        disk.write(region.offset(target), ByteBuffer.wrap(area));
        disk.flush();
    }

    /// Brings both copies of a region to its content, for what is hardly ever written: a flash may
    /// lose a whole erase block, and then the copy in the other half is all that is left. Does
    /// nothing when both are good and equal, or when there is no content.
    public synchronized void mirror(Region region) throws IOException {
        Optional<byte[]> newest = read(region);
        if (newest.isEmpty()) return;
        boolean isTwice =
                copies(region).stream()
                        .allMatch(copy ->
                                copy.content()
                                        .filter(one -> Arrays.equals(one, newest.get()))
                                        .isPresent());
        if (!isTwice) write(region, newest.get());
    }

    /// Brings a region to two good copies: one that is broken, or was never written, gets the
    /// content of the other, because what rots next would cost the content. Does nothing when both
    /// are good, or when there is no content.
    ///
    /// @return whether there was something to do
    public synchronized boolean heal(Region region) throws IOException {
        StateCopy first = copy(region, 0);
        StateCopy second = copy(region, 1);
        boolean isOneLeft = isReplaceable(first) != isReplaceable(second);
        Optional<byte[]> content = content(isReplaceable(first) ? second : first);
        if (!isOneLeft || content.isEmpty()) return false;
        write(region, content.get());
        return true;
    }

    private static boolean isReplaceable(StateCopy copy) {
        return copy instanceof StateCopy.Broken || copy instanceof StateCopy.Blank;
    }

    /// A torn copy may lack no more than sectors that the next torn write happens to bring: then it
    /// would be whole, and content that never counted would come to life. So its header goes first.
    private void scrub(Region region, int copy) throws IOException {
        disk.write(region.offset(copy), ByteBuffer.allocate(Gpt.SECTOR_BYTES));
        disk.flush();
    }

    /// The copy that must not be touched: the newest that we can read. One of a version that we
    /// cannot read counts as less, because a write must never cost the content that we have.
    private static int current(StateCopy first, StateCopy second) {
        int better = Integer.compare(worth(first), worth(second));
        if (better == 0) better = Long.compare(sequence(first), sequence(second));
        return better > 0 ? 0 : 1;
    }

    private static int worth(StateCopy copy) {
        return switch (copy) {
            case StateCopy.Good _ -> 2;
            case StateCopy.Newer _ -> 1;
            case StateCopy.Blank _, StateCopy.Broken _ -> 0;
        };
    }

    private static Optional<byte[]> content(StateCopy copy) {
        return copy instanceof StateCopy.Good good ? Optional.of(good.content()) : Optional.empty();
    }

    private static long sequence(StateCopy copy) {
        return switch (copy) {
            case StateCopy.Good good -> good.sequence();
            case StateCopy.Newer newer -> newer.sequence();
            case StateCopy.Blank _, StateCopy.Broken _ -> 0;
        };
    }

    private void describe(Region region, int number, StateCopy copy, List<String> faults) {
        String place = disk.name() + ": region " + region + ", copy " + number + ": ";
        switch (copy) {
            case StateCopy.Good _, StateCopy.Blank _ -> {}
            case StateCopy.Broken broken -> faults.add(place + broken.fault());
            case StateCopy.Newer newer ->
                    faults.add(place + "written by version " + newer.version() + ", not readable");
        }
    }

    private StateCopy copy(Region region, int number) {
        try {
            long offset = region.offset(number);
            byte[] block = bytes(offset, StateCopy.BLOCK_BYTES);
            StateCopy.Header header = StateCopy.Header.read(ByteBuffer.wrap(block));
            boolean more = header.fits(region) && header.totalBytes() > block.length;
            return StateCopy.read(region, more ? bytes(offset, header.totalBytes()) : block);
        } catch (IOException unreadable) {
            return new StateCopy.Broken("cannot be read: " + unreadable.getMessage());
        }
    }

    private byte[] bytes(long offset, int count) throws IOException {
        byte[] bytes = new byte[count];
        disk.read(offset, ByteBuffer.wrap(bytes));
        return bytes;
    }
}

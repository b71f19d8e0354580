// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// The power of a simulated device: it goes at the n-th write or flush of any of its disks. What
/// was not flushed then survives in part, torn and in any order, as the seed says.
public final class PowerSupply implements DiskWatch {
    /// Nothing may catch it by accident, so it is no exception.
    public static final class PowerCut extends Error {
        PowerCut(long operation) {
            super("power cut at operation " + operation);
        }
    }

    private final List<SimulatedDisk> disks = new ArrayList<>();
    private final Random random;
    private long operations;
    private long cutAt = Long.MAX_VALUE;
    private String cutDisk = "";
    private long cutOffset;
    private boolean isOff;

    public PowerSupply(long seed) {
        this.random = new Random(seed);
    }

    /// From now on the disk loses its power with the others.
    void feed(SimulatedDisk disk) {
        disks.add(disk);
    }

    public void cutAt(long operation) {
        cutAt = operation;
    }

    /// At the next write to this place.
    public void cutAtWriteTo(String disk, long offset) {
        cutDisk = disk;
        cutOffset = offset;
    }

    /// Now.
    ///
    /// @return for the caller to throw in the name of whatever was under way
    public PowerCut cut() {
        isOff = true;
        for (SimulatedDisk disk : disks) disk.losePower(random);
        return new PowerCut(operations);
    }

    /// Writes and flushes so far.
    public long operations() {
        return operations;
    }

    public void back() {
        isOff = false;
        cutAt = Long.MAX_VALUE;
        cutDisk = "";
    }

    @Override
    public void write(SimulatedDisk disk, long offset, byte[] bytes) {
        if (disk.name().equals(cutDisk) && offset == cutOffset) throw cut();
        operation();
    }

    @Override
    public void flush(SimulatedDisk disk) {
        operation();
    }

    private void operation() {
        if (isOff) throw new PowerCut(operations);
        if (++operations >= cutAt) throw cut();
    }
}

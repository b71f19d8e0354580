// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// The power of a simulated device: it goes at the n-th write or flush of any of its disks. What
/// was not flushed then survives in part, torn and in any order, as the seed says.
final class PowerSupply {
    /// Nothing may catch it by accident, so it is no exception.
    static final class PowerCut extends Error {
        PowerCut(long operation) {
            super("power cut at operation " + operation);
        }
    }

    private final List<SimulatedDisk> disks = new ArrayList<>();
    private final Random random;
    private long operations;
    private long cutAt = Long.MAX_VALUE;
    private boolean isOff;

    PowerSupply(long seed) {
        this.random = new Random(seed);
    }

    void add(SimulatedDisk disk) {
        disks.add(disk);
    }

    void cutAt(long operation) {
        cutAt = operation;
    }

    long operations() {
        return operations;
    }

    /// Before each write and flush.
    void operation() {
        if (isOff) throw new PowerCut(operations);
        if (++operations < cutAt) return;
        isOff = true;
        for (SimulatedDisk disk : disks) disk.losePower(random);
        throw new PowerCut(operations);
    }

    void back() {
        isOff = false;
        cutAt = Long.MAX_VALUE;
    }
}

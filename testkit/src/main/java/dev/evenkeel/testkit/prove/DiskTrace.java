// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import dev.evenkeel.core.Slot;
import dev.evenkeel.testkit.DiskWatch;
import dev.evenkeel.testkit.SimulatedDisk;
import dev.evenkeel.testkit.prove.Faults.Io;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes down what a power-on does to its disks, in order, looks whether it may, and lets the one
/// fault happen that this power-on has.
final class DiskTrace implements DiskWatch {
    interface Listener {
        /// Whether the medium loses this write although it acknowledges it.
        boolean losesWrite(Partition partition);
    }

    private final Faults faults;
    private final Listener listener;
    private final List<Operation> operations = new ArrayList<>();
    private final List<Broken> broken = new ArrayList<>();
    private @Nullable Slot running;
    private boolean isDirect;
    private long lastChunk;
    private int payloadFlushes;
    private final StringBuilder calls = new StringBuilder();

    DiskTrace(Faults faults, Listener listener) {
        this.faults = faults;
        this.listener = listener;
    }

    /// From now on it is the bootloader that writes, or not.
    void direct(boolean direct) {
        isDirect = direct;
    }

    void running(Slot slot) {
        running = slot;
    }

    void told(Surroundings around, String what) {
        operations.add(new Operation.Told(around, what));
    }

    int activity() {
        return operations.size();
    }

    String calls() {
        return calls.toString();
    }

    List<Operation> operations() {
        return operations;
    }

    List<Broken> broken() {
        return broken;
    }

    @Override
    public void write(SimulatedDisk disk, long offset, byte[] bytes) throws IOException {
        Partition partition = Partition.named(disk.name());
        requireOurs(partition);
        Io fault = fault('w');
        if (fault == Io.SHORT_WRITE) {
            byte[] half = java.util.Arrays.copyOf(bytes, bytes.length / 2);
            operations.add(new Operation.Write(partition, offset, half, isDirect));
            disk.arrived(offset, half);
        }
        if (fault != Io.NONE) throw fault.error("write " + disk.name());
        if (listener.losesWrite(partition)) {
            disk.losesNext();
            return;
        }
        operations.add(new Operation.Write(partition, offset, bytes, isDirect));
        if (partition.kind() == Partition.Kind.PAYLOAD) lastChunk = offset;
    }

    private void requireOurs(Partition partition) {
        Slot slot = running;
        if (slot != null && partition.isOf(slot)) {
            broken.add(
                    new Broken(
                            Promise.RUNNING_SLOT_UNTOUCHED,
                            "slot " + slot + " runs, and " + partition.label() + " is written"));
        }
        if (partition.kind() == Partition.Kind.FOREIGN) {
            broken.add(new Broken(Promise.DATA_INTACT, partition.label() + " is written"));
        }
    }

    @Override
    public void flush(SimulatedDisk disk) throws IOException {
        Io fault = fault('f');
        if (fault != Io.NONE) throw fault.error("flush " + disk.name());
        Partition partition = Partition.named(disk.name());
        operations.add(new Operation.Flush(partition));
        if (partition.kind() != Partition.Kind.PAYLOAD) return;
        boolean rots = faults.rot() == Rot.ROTTEN_WRITE && faults.rotPlace() == payloadFlushes++;
        if (rots) disk.rotsAfterFlush(lastChunk);
    }

    @Override
    public void read(SimulatedDisk disk, long offset, int count) throws IOException {
        Io fault = fault('r');
        if (fault != Io.NONE) throw fault.error("read " + disk.name());
    }

    private Io fault(char kind) {
        calls.append(kind);
        return calls.length() - 1 == faults.ioCall() ? faults.io() : Io.NONE;
    }
}

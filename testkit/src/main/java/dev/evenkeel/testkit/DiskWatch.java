// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit;

import java.io.IOException;

/// Sees every operation of the simulated disks before it takes effect. What it throws, the caller
/// of the disk sees, and the operation did not happen.
public interface DiskWatch {
    /// `bytes` are about to be written; they are the watch's to keep.
    void write(SimulatedDisk disk, long offset, byte[] bytes) throws IOException;

    void flush(SimulatedDisk disk) throws IOException;

    default void read(SimulatedDisk disk, long offset, int count) throws IOException {}

    /// Sees nothing.
    DiskWatch NONE =
            new DiskWatch() {
                @Override
                public void write(SimulatedDisk disk, long offset, byte[] bytes) {}

                @Override
                public void flush(SimulatedDisk disk) {}
            };
}

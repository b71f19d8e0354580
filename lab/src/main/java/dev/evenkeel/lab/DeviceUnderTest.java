// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.io.IOException;
import java.util.List;

/// A virtual device whose power is in somebody's hand, whatever runs it: QEMU ([Machine]) or
/// user-mode Linux ([UmlDevice]). It starts switched off.
public interface DeviceUnderTest extends AutoCloseable {
    /// Switches on, from what the medium holds.
    void powerOn() throws IOException;

    /// The power fails: the machine dies at once, then the drive loses what `seed` decides. Where
    /// the power of the disk alone has failed already, this is the rest of the same cut.
    PowerCut cutPower(long seed) throws IOException;

    boolean isOn();

    /// Flushes that came from the device's kernel. Without one its disk has lost what no disk may
    /// lose, and a torture has shown nothing.
    long kernelFlushes();

    /// Whatever ended the machine although its power was on.
    ///
    /// @throws LabFailure when the host's programs failed
    /// @throws BrokenPromise when the device has nothing that it could boot
    void requireSound();

    VolatileDisk disk();

    SerialLog serial();

    /// All that happened so far, in order.
    List<MachineEvent> events();

    /// Processor time of what runs the device, over all power-ons.
    double cpuSeconds();

    /// Switches off at once, if it is on. No process stays.
    @Override
    void close() throws IOException;
}

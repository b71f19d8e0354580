// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

/// Something that happened to a virtual device, as its power, its QEMU or its boot script tells.
public sealed interface MachineEvent {
    /// The power-on that it belongs to, from 1.
    int powerOn();

    /// Since that power-on.
    double seconds();

    record PoweredOn(int powerOn, double seconds) implements MachineEvent {}

    /// The boot script chose a slot.
    record Booting(int powerOn, double seconds, BootChoice choice) implements MachineEvent {}

    /// The hardware watchdog was not petted in time; a [Restarted] follows.
    record WatchdogFired(int powerOn, double seconds) implements MachineEvent {}

    /// The machine was reset without losing power.
    ///
    /// @param byGuest whether the guest asked for it; false for the watchdog and for
    ///   [Machine#reset]
    record Restarted(int powerOn, double seconds, boolean byGuest) implements MachineEvent {}

    /// The guest switched the machine off in order, or QEMU was told to end.
    record ShutDown(int powerOn, double seconds, boolean byGuest) implements MachineEvent {}

    record PowerWasCut(int powerOn, double seconds, PowerCut cut) implements MachineEvent {}

    /// QEMU ended; nothing follows until the next power-on.
    record Ended(int powerOn, double seconds, int exitCode) implements MachineEvent {}
}

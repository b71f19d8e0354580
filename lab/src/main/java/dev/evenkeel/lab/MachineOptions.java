// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/// What a virtual device is made of.
///
/// @param folder takes `serial.log`, `qemu.log` and what the device needs while it runs
/// @param disk the file that is its medium
/// @param boot how it starts
public record MachineOptions(
        Path folder,
        Path disk,
        QemuCommand qemu,
        Boot boot,
        Acceleration acceleration,
        int memoryMebibytes,
        int cpus,
        Extras extras) {
    public static final int MEMORY_MEBIBYTES = 512;

    /// What only tests ask for.
    ///
    /// @param clock what its clock shows when it is switched on; the host's time when empty
    /// @param shell whether it has a second serial port, for a [DeviceShell]
    public record Extras(Optional<Instant> clock, boolean shell) {
        public static final Extras NONE = new Extras(Optional.empty(), false);
    }

    /// How a device starts.
    public sealed interface Boot {}

    /// As a product does: the firmware, then what the disk holds.
    public record Firmware(Path rom) implements Boot {}

    /// Straight into a kernel, for tests of the lab itself.
    public record Kernel(Path image, Path initramfs, String arguments) implements Boot {}

    public MachineOptions {
        folder = folder.toAbsolutePath().normalize();
        disk = disk.toAbsolutePath().normalize();
        if (memoryMebibytes < 64 || cpus < 1) {
            throw new LabFailure(
                    "a device needs at least 64 MiB of memory and one CPU, not "
                            + memoryMebibytes
                            + " MiB and "
                            + cpus);
        }
    }

    /// The reference device: U-Boot, 512 MiB, one CPU, emulated.
    public static MachineOptions reference(Path folder, Path disk, QemuCommand qemu) {
        return new MachineOptions(
                folder,
                disk,
                qemu,
                new Firmware(qemu.firmware()),
                Acceleration.EMULATION,
                MEMORY_MEBIBYTES,
                1,
                Extras.NONE);
    }

    public MachineOptions withBoot(Boot other) {
        return new MachineOptions(
                folder, disk, qemu, other, acceleration, memoryMebibytes, cpus, extras);
    }

    public MachineOptions withAcceleration(Acceleration other) {
        return new MachineOptions(folder, disk, qemu, boot, other, memoryMebibytes, cpus, extras);
    }

    public MachineOptions withMemory(int mebibytes) {
        return new MachineOptions(folder, disk, qemu, boot, acceleration, mebibytes, cpus, extras);
    }

    public MachineOptions withCpus(int count) {
        return new MachineOptions(
                folder, disk, qemu, boot, acceleration, memoryMebibytes, count, extras);
    }

    public MachineOptions withExtras(Extras other) {
        return new MachineOptions(
                folder, disk, qemu, boot, acceleration, memoryMebibytes, cpus, other);
    }
}

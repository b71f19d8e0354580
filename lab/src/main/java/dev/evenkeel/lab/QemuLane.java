// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.core.message.Provisioning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// Torture of the reference device, with its real firmware, bootloader and kernel: some minutes for
/// each device.
public final class QemuLane implements TortureLane {
    private final QemuCommand programs;
    private final Acceleration acceleration;
    private final Path base;

    /// Prepares what all devices share.
    ///
    /// @param release folder of the old release
    /// @param folder takes the disk that every device begins with
    public static QemuLane prepare(
            Path release, QemuCommand programs, Acceleration acceleration, Path folder)
            throws IOException {
        Path base = folder.resolve("base.img");
        Provisioner.copyDisk(release.resolve("disk.img"), base);
        new Witness(programs).put(base);
        return new QemuLane(programs, acceleration, base);
    }

    private QemuLane(QemuCommand programs, Acceleration acceleration, Path base) {
        this.programs = programs;
        this.acceleration = acceleration;
        this.base = base;
    }

    @Override
    public String name() {
        return "qemu";
    }

    @Override
    public DeviceUnderTest newDevice(Path folder, Provisioning provisioning) throws IOException {
        Files.createDirectories(folder);
        Path disk = folder.resolve("disk.img");
        Provisioner.copyDisk(base, disk);
        Provisioner.provision(disk, provisioning);
        return Machine.switchedOff(
                MachineOptions.reference(folder, disk, programs).withAcceleration(acceleration));
    }

    @Override
    public int devices() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    }

    @Override
    public Duration patience() {
        return Duration.ofMinutes(30);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.core.message.Provisioning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Torture at the speed of the host: user-mode Linux, hundreds of cuts in an hour.
public final class UmlLane implements TortureLane {
    /// For the sake of the host's memory: each takes a third of a gigabyte.
    private static final int MOST_DEVICES = 16;

    private final UmlMachine machine;
    private final Path base;

    /// Prepares what all devices share.
    ///
    /// @param releases the folder of the old release, then that of the new one
    /// @param folder takes the disk that every device begins with
    public static UmlLane prepare(
            List<Path> releases, UmlKernel kernel, QemuCommand programs, Path folder)
            throws IOException {
        var known = new ArrayList<SlotFiles>();
        for (Path release : releases) {
            Path files = folder.resolve("boot-" + known.size());
            SlotFiles own = SlotFiles.read(release, programs, files);
            known.add(own.withInitramfs(kernel.initramfs(own)));
        }
        var machine = new UmlMachine(kernel, programs, known);
        machine.requireRunning(folder.resolve("probe.log"));
        Path base = folder.resolve("base.img");
        Provisioner.copyDisk(releases.getFirst().resolve("disk.img"), base);
        new Witness(programs).put(base);
        return new UmlLane(machine, base);
    }

    private UmlLane(UmlMachine machine, Path base) {
        this.machine = machine;
        this.base = base;
    }

    @Override
    public String name() {
        return "uml";
    }

    @Override
    public DeviceUnderTest newDevice(Path folder, Provisioning provisioning) throws IOException {
        Files.createDirectories(folder);
        VolatileDisk disk = VolatileDisk.over(base, folder.resolve("disk.layer"));
        Provisioner.provision(disk, provisioning);
        return UmlDevice.switchedOff(machine, folder, disk);
    }

    /// Each waits much of the time, for its network, its server and its health checks.
    @Override
    public int devices() {
        return Math.min(MOST_DEVICES, 2 * Runtime.getRuntime().availableProcessors());
    }

    @Override
    public Duration patience() {
        return Duration.ofMinutes(5);
    }
}

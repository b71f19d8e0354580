// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/// The command line of the reference device's QEMU.
///
/// @param disk NBD socket of its disk
/// @param serial socket on which we listen for its serial port
/// @param monitor socket on which we listen for its monitor (QMP)
/// @param shell socket on which we listen for its second serial port, if it has one
record QemuArguments(MachineOptions options, Path disk, Path serial, Path monitor, Path shell) {
    List<String> words() {
        var folders = new ArrayList<Path>();
        folders.add(disk.getParent());
        folders.addAll(bootFolders());
        var words =
                new ArrayList<>(
                        options.qemu()
                                .prefix(
                                        "qemu-system-x86_64",
                                        folders.stream().distinct().toList()));
        words.addAll(List.of("-nodefaults", "-no-user-config", "-display", "none", "-M", "pc"));
        words.addAll(List.of("-accel", options.acceleration().accelerator()));
        words.addAll(List.of("-cpu", options.acceleration().cpu()));
        words.addAll(List.of("-m", options.memoryMebibytes() + "M"));
        words.addAll(List.of("-smp", Integer.toString(options.cpus())));
        words.addAll(boot());
        // The guest must see a drive with a write cache, or it never flushes (virtio's
        // VIRTIO_BLK_F_FLUSH and wce); QEMU itself caches nothing above NBD.
        words.addAll(
                List.of(
                        "-blockdev",
                        "driver=nbd,node-name=disk0,cache.direct=on,discard=unmap,server.type=unix,"
                                + "server.path="
                                + escaped(disk)));
        words.addAll(List.of("-device", "virtio-blk-pci,drive=disk0,write-cache=on"));
        words.addAll(List.of("-chardev", "socket,id=serial0,path=" + escaped(serial)));
        words.addAll(List.of("-serial", "chardev:serial0"));
        if (options.extras().shell()) {
            words.addAll(List.of("-chardev", "socket,id=shell0,path=" + escaped(shell)));
            words.addAll(List.of("-serial", "chardev:shell0"));
        }
        options.extras().clock().ifPresent(clock -> words.addAll(List.of("-rtc", clock(clock))));
        words.addAll(List.of("-chardev", "socket,id=monitor0,path=" + escaped(monitor)));
        words.addAll(List.of("-mon", "chardev=monitor0,mode=control"));
        words.addAll(List.of("-device", "i6300esb", "-action", "watchdog=reset"));
        // Outbound only: the host's loopback is 10.0.2.2, no port of the guest is open to anybody.
        words.addAll(List.of("-netdev", "user,id=net0,ipv6=off"));
        words.addAll(List.of("-device", "virtio-net-pci,netdev=net0,romfile="));
        words.addAll(List.of("-device", "virtio-rng-pci"));
        return words;
    }

    private List<Path> bootFolders() {
        return switch (options.boot()) {
            case MachineOptions.Firmware(Path rom) -> List.of(folder(rom));
            case MachineOptions.Kernel(Path image, Path initramfs, String _) ->
                    List.of(folder(image), folder(initramfs));
        };
    }

    private List<String> boot() {
        return switch (options.boot()) {
            case MachineOptions.Firmware(Path rom) -> List.of("-bios", absolute(rom));
            case MachineOptions.Kernel(Path image, Path initramfs, String arguments) ->
                    List.of(
                            "-kernel",
                            absolute(image),
                            "-initrd",
                            absolute(initramfs),
                            "-append",
                            arguments);
        };
    }

    private static String clock(Instant shown) {
        return "base=" + shown.truncatedTo(ChronoUnit.SECONDS).toString().replace("Z", "");
    }

    private static String absolute(Path path) {
        return path.toAbsolutePath().toString();
    }

    static Path folder(Path file) {
        Path parent = file.toAbsolutePath().normalize().getParent();
        return parent == null ? Path.of("/") : parent;
    }

    /// QEMU's option lists write a comma as two.
    private static String escaped(Path path) {
        return path.toString().replace(",", ",,");
    }
}

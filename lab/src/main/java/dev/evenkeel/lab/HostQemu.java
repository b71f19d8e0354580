// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The programs of the host.
///
/// @param firmware U-Boot's `qemu-x86` ROM
public record HostQemu(Path firmware) implements QemuCommand {
    /// Where Debian's package u-boot-qemu puts it.
    public static final Path DEBIAN_FIRMWARE = Path.of("/usr/lib/u-boot/qemu-x86/u-boot.rom");

    private static final List<String> FOLDERS = List.of("/usr/bin", "/usr/sbin", "/usr/local/bin");

    public HostQemu() {
        this(DEBIAN_FIRMWARE);
    }

    @Override
    public List<String> prefix(String program, List<Path> visible) {
        for (String folder : FOLDERS) {
            Path found = Path.of(folder, program);
            if (Files.isExecutable(found)) return List.of(found.toString());
        }
        throw new LabFailure(
                program
                        + " is missing on this machine. Install it: apt-get install qemu-system-x86"
                        + " qemu-utils e2fsprogs");
    }
}

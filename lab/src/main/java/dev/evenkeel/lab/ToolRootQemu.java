// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.image.tool.ToolRoot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The programs of the locked tool root: the same QEMU and the same U-Boot on every host.
public record ToolRootQemu(ToolRoot tools) implements QemuCommand {
    private static final List<String> FOLDERS = List.of("usr/bin", "usr/sbin");

    @Override
    public List<String> prefix(String program, List<Path> visible) {
        // By its path: an ordinary user's search path has no sbin, where debugfs is.
        for (String folder : FOLDERS) {
            String path = folder + "/" + program;
            if (Files.exists(tools.file(path))) {
                return tools.sandbox(visible.toArray(Path[]::new)).command(List.of("/" + path));
            }
        }
        throw new LabFailure("the tool root " + tools.file("") + " has no " + program);
    }

    @Override
    public Path firmware() {
        return tools.file("usr/lib/u-boot/qemu-x86/u-boot.rom");
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A folder that looks like the root of a device.
record FakeRoot(Path path) {
    void file(String name, String content) throws IOException {
        Path file = path.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    /// A partition as /sys shows it: a link in /sys/class/block to the device's folder.
    void partition(String disk, String node, String name) throws IOException {
        String device = "sys/devices/pci0000:00/virtio0/block/" + disk + "/" + node;
        file(
                device + "/uevent",
                "MAJOR=254\nMINOR=1\nDEVNAME="
                        + node
                        + "\nDEVTYPE=partition\nPARTN=1\nPARTNAME="
                        + name
                        + "\n");
        Path link = path.resolve("sys/class/block").resolve(node);
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, Path.of("../../../" + device));
    }

    void link(String name, String target) throws IOException {
        Path link = path.resolve(name);
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, Path.of(target));
    }
}

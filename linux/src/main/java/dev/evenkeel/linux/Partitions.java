// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.linux;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Finds partitions of this machine by their GPT names.
///
/// Rule: where the initramfs has found the device's own disk, only what it found counts, so that a
/// stick with the same names cannot put itself in the disk's place. Elsewhere the names of all
/// disks are searched, and a name that two disks have is an error.
public final class Partitions {
    private final Path root;

    /// @param root `/`, or a folder that looks like it
    public Partitions(Path root) {
        this.root = root;
    }

    /// The device node of the partition called `name`.
    ///
    /// @throws NoSuchFileException when there is none
    public Path byName(String name) throws IOException {
        Path parts = root.resolve("run/evenkeel/part");
        Path found = parts.resolve(name);
        if (Files.isSymbolicLink(found)) return inRoot(parts, Files.readSymbolicLink(found));
        List<Path> nodes = search(name);
        if (nodes.isEmpty()) {
            throw new NoSuchFileException(
                    root.resolve("dev").toString(), null, "no partition named '" + name + "'");
        }
        if (nodes.size() > 1) {
            throw new IOException(
                    "several partitions are named '"
                            + name
                            + "': "
                            + nodes
                            + "; remove the disk that is not this device's own");
        }
        return nodes.getFirst();
    }

    private List<Path> search(String name) throws IOException {
        var nodes = new ArrayList<Path>();
        Path block = root.resolve("sys/class/block");
        if (!Files.isDirectory(block)) return nodes;
        try (DirectoryStream<Path> devices = Files.newDirectoryStream(block)) {
            for (Path device : devices) {
                Path uevent = device.resolve("uevent");
                if (!Files.isRegularFile(uevent)) continue;
                Map<String, String> facts = TextFile.keysAndValues(uevent);
                if (name.equals(facts.get("PARTNAME")) && facts.containsKey("DEVNAME")) {
                    nodes.add(root.resolve("dev").resolve(facts.get("DEVNAME")));
                }
            }
        }
        nodes.sort(null);
        return nodes;
    }

    /// A link to `/dev/vda4` means the `dev` of our root.
    private Path inRoot(Path folder, Path link) {
        if (!link.isAbsolute() || link.startsWith(root)) return folder.resolve(link).normalize();
        return root.resolve(link.subpath(0, link.getNameCount()));
    }
}

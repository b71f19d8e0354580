// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.image.tree.Content;
import dev.evenkeel.image.tree.Node;
import dev.evenkeel.image.tree.Tree;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;

/// The device's own files: initramfs, units, the scripts behind fallback and health checks. They
/// lie in this module as resources, in parts (`root` for every device, `ssh` where there is an SSH
/// server); the part's list, `root.list`, holds what a jar cannot: modes, links, empty folders.
final class DeviceFiles {
    private static final String FOLDER = "device/";

    private DeviceFiles() {}

    /// Puts the files of `part` into `tree`.
    static void putInto(Tree tree, String part, Instant time) throws IOException {
        for (String line : lines(part + ".list")) {
            String[] words = line.split(" ", 3);
            switch (words[0]) {
                case "folder" ->
                        tree.put(words[2], new Node.Folder(mode(words[1]), 0, 0, Times.FIXED));
                case "file" ->
                        tree.put(
                                words[2],
                                new Node.File(
                                        new Content.Bytes(bytes(part + "/" + words[2])),
                                        mode(words[1]),
                                        0,
                                        0,
                                        time));
                case "link" -> {
                    String[] ends = line.substring("link ".length()).split(" -> ", 2);
                    tree.put(ends[0], new Node.Link(ends[1], 0, 0, Times.FIXED));
                }
                default -> throw new IllegalStateException("root.list: not understood: " + line);
            }
        }
    }

    /// Masks the units that a device does without.
    static void maskIn(Tree tree) throws IOException {
        for (String unit : lines("masks")) {
            tree.put("etc/systemd/system/" + unit, new Node.Link("/dev/null", 0, 0, Times.FIXED));
        }
    }

    /// Lines of a list without comments.
    static List<String> lines(String name) throws IOException {
        return new String(bytes(name), UTF_8)
                .lines()
                .map(line -> line.replaceFirst("(^|\\s)#.*", "").strip())
                .filter(line -> !line.isEmpty())
                .toList();
    }

    static byte[] bytes(String name) throws IOException {
        try (InputStream in = DeviceFiles.class.getResourceAsStream(FOLDER + name)) {
            if (in == null)
                throw new IllegalStateException("the resource " + FOLDER + name + " is missing");
            return in.readAllBytes();
        }
    }

    private static int mode(String octal) {
        return Integer.parseInt(octal, 8);
    }
}

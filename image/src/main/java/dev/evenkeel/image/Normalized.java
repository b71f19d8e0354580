// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import dev.evenkeel.image.tree.Content;
import dev.evenkeel.image.tree.Node;
import dev.evenkeel.image.tree.Tree;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/// Takes out of a tree what differs between two builds or belongs to one machine, and fixes every
/// time.
final class Normalized {
    /// Their content is made at run time.
    private static final List<String> EMPTIED =
            List.of(
                    "boot",
                    "dev",
                    "proc",
                    "run",
                    "sys",
                    "tmp",
                    "var/cache",
                    "var/log",
                    "var/tmp",
                    "var/lib/apt");

    private static final Pattern DROPPED =
            Pattern.compile(
                    "etc/ssh/ssh_host_.*"
                            + "|etc/(?:passwd|group|shadow|gshadow|subuid|subgid)-"
                            + "|etc/\\.pwd\\.lock"
                            + "|etc/apt/sources\\.list"
                            + "|var/lib/dpkg/(?:.*-old|lock.*|triggers/Lock)"
                            + "|var/lib/dbus/machine-id"
                            + "|var/lib/systemd/random-seed"
                            + "|.*/__pycache__/.*");

    private static final Pattern PACKED = Pattern.compile("usr/share/(?:man|info|doc)/.*\\.gz");

    private Normalized() {}

    static void normalize(Tree tree, Instant time) throws IOException {
        for (String folder : EMPTIED) {
            tree.clear(folder);
            tree.put(
                    folder,
                    new Node.Folder(folder.endsWith("tmp") ? 01777 : 0755, 0, 0, Times.FIXED));
        }
        tree.removeIf((path, _) -> DROPPED.matcher(path).matches());
        unpackDocuments(tree);
        stampAsUpdated(tree);
        tree.nodes().replaceAll((_, node) -> timed(node, time));
    }

    /// Tells systemd that /etc and /var fit /usr, so that it does not bring them up to date in
    /// memory at each boot (systemd-update-done.service(8)).
    private static void stampAsUpdated(Tree tree) {
        for (String folder : List.of("etc", "var")) {
            tree.put(
                    folder + "/.updated",
                    new Node.File(new Content.Bytes(new byte[0]), 0644, 0, 0, Times.FIXED));
        }
    }

    private static Node timed(Node node, Instant time) {
        return switch (node) {
            case Node.Folder folder ->
                    new Node.Folder(folder.mode(), folder.user(), folder.group(), Times.FIXED);
            case Node.Link link -> new Node.Link(link.to(), link.user(), link.group(), Times.FIXED);
            case Node.File file ->
                    file.time().isAfter(time)
                            ? new Node.File(
                                    file.content(), file.mode(), file.user(), file.group(), time)
                            : file;
        };
    }

    private static void unpackDocuments(Tree tree) throws IOException {
        for (Map.Entry<String, Node> entry : List.copyOf(tree.below("usr/share").entrySet())) {
            String path = entry.getKey();
            if (!PACKED.matcher(path).matches() || !(entry.getValue() instanceof Node.File file))
                continue;
            tree.remove(path);
            try (InputStream in = new GZIPInputStream(file.content().open())) {
                tree.put(
                        path.substring(0, path.length() - 3),
                        new Node.File(
                                new Content.Bytes(in.readAllBytes()),
                                file.mode(),
                                file.user(),
                                file.group(),
                                file.time()));
            }
        }
    }
}

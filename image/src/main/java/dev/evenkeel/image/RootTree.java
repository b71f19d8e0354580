// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.image.blueprint.Blueprint;
import dev.evenkeel.image.blueprint.Blueprint.ExtraFile;
import dev.evenkeel.image.tree.Content;
import dev.evenkeel.image.tree.Node;
import dev.evenkeel.image.tree.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Composes the root tree: the packages, stripped; the device's own files; the agent; then what the
/// blueprint adds, in the order overlays, files, health checks, customizations.
final class RootTree {
    private RootTree() {}

    static void compose(Tree tree, Build build) throws IOException {
        Blueprint blueprint = build.blueprint();
        for (String path : DeviceFiles.lines("strip")) tree.remove(path);
        DeviceFiles.putInto(tree, "root", build.time());
        DeviceFiles.maskIn(tree);
        if (tree.file("usr/sbin/sshd").isPresent()) SshServer.putInto(tree, build.time());
        AgentFiles.of(build).putInto(tree);
        for (Path overlay : blueprint.overlays()) putOverlay(tree, overlay, build);
        for (ExtraFile file : blueprint.files()) putFile(tree, file, build);
        putChecks(tree, "required.d", blueprint.health().required(), build);
        putChecks(tree, "wanted.d", blueprint.health().wanted(), build);
        putDeadline(tree, build);
        Customized.putInto(tree, blueprint.customizations(), build.time());
        Accounts.putInto(tree, blueprint.customizations(), build.time());
        put(tree, "usr/lib/evenkeel/release.json", release(blueprint), 0644, build);
        // systemd takes the time of this file for the earliest that it can be
        // (systemd-timesyncd(8))
        put(tree, "usr/lib/clock-epoch", "", 0644, build);
    }

    private static String release(Blueprint blueprint) {
        return JsonObject.of("name", blueprint.name())
                .with("release", blueprint.version().text())
                .with("device_type", blueprint.compatible().deviceType().text())
                .with("data_format", blueprint.dataFormat().toJson())
                .toString();
    }

    /// Owner root; executable where the owner may execute it, and nothing else of the builder's
    /// modes, which follow somebody's umask.
    private static void putOverlay(Tree tree, Path overlay, Build build) throws IOException {
        try (Stream<Path> entries = Files.walk(overlay)) {
            for (Path entry : entries.sorted().toList()) {
                String path = overlay.relativize(entry).toString();
                if (path.isEmpty()) continue;
                refuseUnreadableName(overlay, path);
                if (Files.isSymbolicLink(entry)) {
                    tree.put(
                            path,
                            new Node.Link(
                                    Files.readSymbolicLink(entry).toString(), 0, 0, Times.FIXED));
                } else if (Files.isDirectory(entry)) {
                    if (!(tree.find(path).orElse(null) instanceof Node.Folder)) {
                        tree.put(path, new Node.Folder(0755, 0, 0, Times.FIXED));
                    }
                } else {
                    int mode = Files.isExecutable(entry) && ownerExecutes(entry) ? 0755 : 0644;
                    tree.put(
                            path, new Node.File(new Content.Host(entry), mode, 0, 0, build.time()));
                }
            }
        }
    }

    /// In a locale without UTF-8 Java reads other names as replacement characters.
    private static void refuseUnreadableName(Path overlay, String path) {
        if (path.indexOf('\uFFFD') >= 0) {
            throw new BuildFault.WrongTree(
                    "the overlay "
                            + overlay
                            + " has a name that this locale cannot read: "
                            + path
                            + "; build with LC_ALL=C.UTF-8");
        }
    }

    private static boolean ownerExecutes(Path file) throws IOException {
        return Files.getPosixFilePermissions(file)
                .contains(java.nio.file.attribute.PosixFilePermission.OWNER_EXECUTE);
    }

    private static void putFile(Tree tree, ExtraFile file, Build build) {
        Content content =
                switch (file.source()) {
                    case ExtraFile.Source.Text(String text) ->
                            new Content.Bytes(text.getBytes(UTF_8));
                    case ExtraFile.Source.Copy(Path source) -> new Content.Host(source);
                };
        tree.put(file.path().substring(1), new Node.File(content, file.mode(), 0, 0, build.time()));
    }

    private static void putChecks(Tree tree, String folder, List<Path> checks, Build build) {
        for (Path check : checks) {
            tree.put(
                    "usr/lib/greenboot/check/" + folder + "/" + check.getFileName(),
                    new Node.File(new Content.Host(check), 0755, 0, 0, build.time()));
        }
    }

    private static void putDeadline(Tree tree, Build build) {
        String timer =
                "[Timer]\nOnStartupSec=\nOnStartupSec="
                        + build.blueprint().health().deadlineSeconds()
                        + "\n";
        put(
                tree,
                "usr/lib/systemd/system/evenkeel-trial-deadline.timer.d/blueprint.conf",
                timer,
                0644,
                build);
    }

    private static void put(Tree tree, String path, String text, int mode, Build build) {
        tree.put(
                path,
                new Node.File(new Content.Bytes(text.getBytes(UTF_8)), mode, 0, 0, build.time()));
    }
}

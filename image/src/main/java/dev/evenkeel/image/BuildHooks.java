// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import dev.evenkeel.image.tool.Sandbox;
import dev.evenkeel.image.tree.TarFormat;
import dev.evenkeel.image.tree.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Runs the blueprint's build hooks inside the composed tree, as root, without a network of their
/// own making: with the programs of the image and nothing of the host.
final class BuildHooks {
    private static final String RUN =
            """
            tree=$1; archive=$2; made=$3; shift 3
            mkdir "$tree"
            tar --extract --numeric-owner --preserve-permissions --file "$archive" --directory "$tree"
            mount --rbind /proc "$tree/proc"
            mount --rbind /dev "$tree/dev"
            for hook; do
              cp "$hook" "$tree/run/evenkeel-hook"
              chmod 0755 "$tree/run/evenkeel-hook"
              chroot "$tree" /run/evenkeel-hook
              rm "$tree/run/evenkeel-hook"
            done
            umount --lazy "$tree/proc"
            umount --lazy "$tree/dev"
            tar --create --format=posix --numeric-owner --sort=name --one-file-system --file "$made" --directory "$tree" .
            """;

    private BuildHooks() {}

    /// The tree after the hooks; the same tree where there are none.
    static Tree run(Tree tree, Build build) throws IOException {
        if (build.blueprint().hooks().isEmpty()) return tree;
        Path archive = build.path("before-hooks.tar");
        Path made = build.path("after-hooks.tar");
        TarFormat.write(tree, archive);
        Sandbox sandbox = build.sandbox().withAllIds();
        var command = new java.util.ArrayList<>(java.util.List.of("sh", "-euc", RUN, "sh"));
        command.add(build.path("hook-tree").toString());
        command.add(archive.toString());
        command.add(made.toString());
        for (Path hook : build.blueprint().hooks()) {
            Path copy = build.work().newFolder("hooks").resolve(hook.getFileName());
            Files.copy(hook, copy);
            command.add(copy.toString());
        }
        sandbox.child("running the build hooks", command)
                .with("SOURCE_DATE_EPOCH", build.epoch())
                .run(build.progress()::note);
        var after = new Tree(Times.FIXED);
        TarFormat.read(made, after);
        return after;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import dev.evenkeel.image.process.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A real filesystem of a size that a test chooses, which only one process sees.
public final class SmallDisk {
    private static final String MOUNTED =
            "mount -t tmpfs -o \"size=$1,mode=755\" disk \"$2\"; shift 2; exec \"$@\"";

    private SmallDisk() {}

    /// Runs `program` with an empty disk of `bytes` mounted at `folder`; returns what it printed.
    public static String run(Path folder, long bytes, Class<?> program, Object... arguments) {
        var command = new ArrayList<>(List.of("unshare", "--mount"));
        if (!"root".equals(System.getProperty("user.name"))) command.add("--map-root-user");
        command.addAll(List.of("sh", "-euc", MOUNTED, "sh", Long.toString(bytes)));
        command.add(folder.toString());
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        for (Object argument : arguments) command.add(argument.toString());
        return Child.of("filling a disk", command).run();
    }

    /// From inside: leaves `bytes` free, or as little more as is there.
    public static void leaveFree(Path folder, long bytes) {
        try {
            var store = Files.getFileStore(folder);
            long used = store.getTotalSpace() - store.getUsableSpace();
            resize(folder, used + bytes);
        } catch (IOException broken) {
            throw new IllegalStateException(broken);
        }
    }

    public static void resize(Path folder, long bytes) {
        Child.of(
                        "resizing the disk",
                        List.of("mount", "-o", "remount,size=" + bytes, folder.toString()))
                .run();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import dev.evenkeel.image.process.Child;
import dev.evenkeel.image.tool.WorkFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A process that works like a build until somebody stops it: a work folder beside the output, and
/// a program with children that never stop writing into it.
final class InterruptedBuild {
    private InterruptedBuild() {}

    public static void main(String[] arguments) throws IOException {
        try (WorkFolder work = WorkFolder.beside(Path.of(arguments[0]))) {
            String busy =
                    "(while :; do mktemp -p \"$1\" >/dev/null; done) & while :; do mktemp -p \"$1\" >/dev/null; done";
            Child.of(
                            "writing for ever",
                            List.of("sh", "-c", busy, "busy", work.folder().toString()))
                    .run();
        }
    }
}

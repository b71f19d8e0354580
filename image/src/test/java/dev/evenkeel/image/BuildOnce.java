// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import dev.evenkeel.image.blueprint.Blueprint;
import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.lock.Store;
import dev.evenkeel.image.process.Progress;
import java.nio.file.Path;

/// Builds one release in a process of its own: blueprint, lock, store, output folder.
final class BuildOnce {
    private BuildOnce() {}

    public static void main(String[] arguments) {
        Builder.build(
                Blueprint.read(Path.of(arguments[0])),
                Lock.read(Path.of(arguments[1])),
                new Store(Path.of(arguments[2])),
                Path.of(arguments[3]),
                Progress.SILENT);
    }
}

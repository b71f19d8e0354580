// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.core.Version;
import java.nio.file.Path;
import java.util.function.Consumer;

/// How a torture runs.
///
/// @param cuts to be made at least
/// @param seed of the first device; the others follow by one
/// @param factory release that every device is flashed with
/// @param target release that it is to be updated to
/// @param bytesNeeded by that update
/// @param folder takes the devices; those of bricks stay
/// @param programs that look into a disk: e2fsck, debugfs
/// @param keep all devices stay, not only bricks
/// @param out takes each line for people
public record TortureOptions(
        int cuts,
        long seed,
        Version factory,
        Version target,
        long bytesNeeded,
        Path folder,
        QemuCommand programs,
        boolean keep,
        Consumer<String> out) {
    public TortureOptions {
        if (cuts < 1) throw new LabFailure("a torture needs a cut, not " + cuts);
    }

    /// The payload bytes that a device with the release in `factory` needs for the one in `target`.
    public static long bytesNeeded(Path factory, Path target) throws java.io.IOException {
        return BytesNeeded.toUpdate(factory, target);
    }
}

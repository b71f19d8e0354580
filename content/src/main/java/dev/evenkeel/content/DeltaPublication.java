// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import dev.evenkeel.core.MalformedInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/// Puts one delta into a repository folder.
///
/// Rules: its name is the digest of what names all of it, so under one name there is only ever one
/// content; it is written beside, flushed, and renamed. Signed metadata that lead to it come after
/// it. So a crash at any instant leaves at most a delta that nothing names yet.
final class DeltaPublication {
    private final ContentFolder folder;
    private final FileSteps steps;

    DeltaPublication(ContentFolder folder, FileSteps steps) {
        this.folder = folder;
        this.steps = steps;
    }

    /// @param file whose every frame was checked
    void publish(Path file, StoredDelta delta) throws IOException {
        Path target = folder.delta(delta.name());
        if (isThere(target, delta)) {
            // in use again: a collection that comes before the metadata leaves it alone
            steps.touch(target);
            return;
        }
        Path beside = folder.incoming("delta");
        steps.copyFile(file, beside);
        steps.move(beside, target);
        steps.syncFolder(folder.deltaFolder());
    }

    /// Whether the same delta is there and has not rotted since.
    private static boolean isThere(Path target, StoredDelta delta) throws IOException {
        return Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)
                && Files.size(target) == delta.sizeBytes()
                && isWhole(target, delta);
    }

    private static boolean isWhole(Path target, StoredDelta delta) throws IOException {
        try {
            if (!StoredDelta.read(target).name().equals(delta.name())) return false;
            StoredDelta.requireFrames(target);
            return true;
        } catch (MalformedInput rotten) {
            return false;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.linux;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/// How full the writable layer above the read-only root is. An overlay reports the filesystem of
/// its upper layer (statfs(2)), here the tmpfs with its size limit.
public record OverlayUse(long usedBytes, long sizeBytes) {
    /// Of the filesystem that holds `root`.
    ///
    /// @param root `/`, or any folder on the filesystem to ask
    public static OverlayUse of(Path root) throws IOException {
        FileStore store = Files.getFileStore(root);
        return new OverlayUse(
                store.getTotalSpace() - store.getUnallocatedSpace(), store.getTotalSpace());
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.linux;

import java.nio.file.Files;
import java.nio.file.Path;

/// Whether a time source has set this machine's clock since boot.
public final class ClockState {
    private final Path root;

    /// @param root `/`, or a folder that looks like it
    public ClockState(Path root) {
        this.root = root;
    }

    /// systemd-timesyncd(8) creates the file at its first answer; /run is empty after a boot.
    public boolean isSynced() {
        return Files.exists(root.resolve("run/systemd/timesync/synchronized"));
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.Disk;
import java.io.IOException;

/// Nothing that time or another carrier could cure: the update fails.
final class CannotInstall extends RuntimeException {
    CannotInstall(String message) {
        super(message);
    }

    private CannotInstall(String message, Throwable cause) {
        super(message, cause);
    }

    static CannotInstall storage(String what, Disk disk, IOException cause) {
        return new CannotInstall(
                "cannot " + what + " " + disk.name() + ": " + cause.getMessage(), cause);
    }
}

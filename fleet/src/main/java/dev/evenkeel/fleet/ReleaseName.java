// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.message.Running;

/// Which release is meant: its version for people, its manifest's digest for certain.
public record ReleaseName(Version version, Digest manifest) {
    /// Whether this is what runs. A device that was flashed at the factory knows no manifest
    /// digest; then the version decides.
    public boolean isRunIn(Running running) {
        return running.manifest()
                .map(manifest::equals)
                .orElseGet(() -> running.release().equals(version));
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.RolloutId;
import dev.evenkeel.core.Version;

/// Somebody who wants to know what changed, for live pages and commands that follow.
@FunctionalInterface
public interface FleetListener {
    /// Called on the thread of the change, after it; must not block.
    void changed(News news);

    sealed interface News {
        record DeviceChanged(DeviceId device) implements News {}

        record RolloutChanged(RolloutId rollout) implements News {}

        record ReleasePublished(Version release) implements News {}
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.message.Running;
import java.util.Optional;

/// Something that makes an update cheaper and takes a while, a delta for one. A device that has not
/// begun is not told to while it is being prepared.
public interface Preparation {
    Preparation NONE = (_, _) -> Optional.empty();

    /// What is about to be ready for a device that runs `running` and shall follow `rollout`, in
    /// plain words; empty where there is nothing to wait for. Asked at each check-in: answers at
    /// once.
    Optional<String> underWay(Running running, Rollout rollout);
}

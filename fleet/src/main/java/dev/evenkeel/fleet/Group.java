// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.DeviceId;
import java.util.Set;

/// Devices that rollouts address together, named one by one.
public record Group(GroupName name, Set<DeviceId> members) {
    public Group {
        members = Set.copyOf(members);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import dev.evenkeel.testkit.Medium;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/// All that there is when the power comes back: what the partitions hold, and what is remembered
/// around the device. Immutable; a changed one shares what did not change.
///
/// @param media one for each partition
record MachineState(Map<Partition, Medium> media, Surroundings around) {
    MachineState {
        media = Collections.unmodifiableMap(new EnumMap<>(media));
    }

    Medium medium(Partition partition) {
        return Objects.requireNonNull(media.get(partition));
    }

    MachineState with(Partition partition, Medium medium) {
        var changed = new EnumMap<>(media);
        changed.put(partition, medium);
        return new MachineState(changed, around);
    }

    MachineState with(Surroundings changed) {
        return new MachineState(media, changed);
    }
}

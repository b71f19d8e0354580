package dev.evenkeel.testkit.prove;

import dev.evenkeel.testkit.Medium;
import java.util.ArrayList;
import java.util.List;

/// All that there is when the power comes back: what the partitions hold, and what is remembered
/// around the device. Immutable; a changed one shares what did not change.
///
/// @param media one for each [Partition], in their order
record MachineState(List<Medium> media, Surroundings around) {
    MachineState {
        media = List.copyOf(media);
    }

    Medium medium(Partition partition) {
        return media.get(partition.ordinal());
    }

    MachineState with(Partition partition, Medium medium) {
        var changed = new ArrayList<>(media);
        changed.set(partition.ordinal(), medium);
        return new MachineState(changed, around);
    }

    MachineState with(Surroundings changed) {
        return new MachineState(media, changed);
    }
}

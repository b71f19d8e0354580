// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import dev.evenkeel.core.Slot;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/// A partition of the simulated device.
enum Partition {
    ENV_0("env-0", Kind.RECORD),
    ENV_1("env-1", Kind.RECORD),
    STATE("state", Kind.RECORD),
    BOOT_A("boot-a", Kind.PAYLOAD),
    SLOT_A("slot-a", Kind.PAYLOAD),
    BOOT_B("boot-b", Kind.PAYLOAD),
    SLOT_B("slot-b", Kind.PAYLOAD),
    DATA("data", Kind.FOREIGN);

    /// How a cut may leave what was being written.
    enum Kind {
        /// Small and checksummed: every sector counts.
        RECORD,
        /// Chunks: each is there or not, and what is torn is not.
        PAYLOAD,
        /// Belongs to the user: an update never writes it.
        FOREIGN
    }

    private static final Map<String, Partition> NAMED =
            Arrays.stream(values()).collect(Collectors.toMap(Partition::label, one -> one));

    private final String label;
    private final Kind kind;

    Partition(String label, Kind kind) {
        this.label = label;
        this.kind = kind;
    }

    String label() {
        return label;
    }

    Kind kind() {
        return kind;
    }

    boolean isOf(Slot slot) {
        return this == slot(slot) || this == boot(slot);
    }

    static Partition slot(Slot slot) {
        return slot == Slot.A ? SLOT_A : SLOT_B;
    }

    static Partition boot(Slot slot) {
        return slot == Slot.A ? BOOT_A : BOOT_B;
    }

    static Partition named(String label) {
        Partition found = NAMED.get(label);
        if (found == null) {
            throw new IllegalArgumentException("the simulated device has no partition " + label);
        }
        return found;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import dev.evenkeel.core.Disk;
import java.io.IOException;
import java.util.Collections;

/// The bootloader of a simulated device: does with the two copies of the boot record what the boot
/// script does, by the same table.
///
/// @param table by which it decides; any other than [BootTable#SHIPPED] is for a proof that a bad
///   one is noticed
public record Bootloader(BootTable table) {
    public static final Bootloader SHIPPED = new Bootloader(BootTable.SHIPPED);

    /// One power-on up to the moment when the slot is loaded: reads both copies, decides, and
    /// writes one of them, as the script does without flushing.
    ///
    /// @throws IOException when the record cannot be written; the script says so and boots all the
    ///   same
    public BootDecision boot(Disk first, Disk second) throws IOException {
        var pair = new RecordPair(RecordCodec.PLAIN, table, first, second);
        BootDecision decision = table.decide(known(pair.load().record()));
        pair.put(decision.record());
        return decision;
    }

    /// The script carries nothing along that it does not know.
    private static BootRecord known(BootRecord found) {
        return found.withUnknown(Collections.emptySortedMap());
    }
}

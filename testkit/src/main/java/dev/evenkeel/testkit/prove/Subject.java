// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import dev.evenkeel.core.Compatible;
import dev.evenkeel.core.DataFormat;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.HealthPolicy;

/// The device that the proof is about: what its blueprint says about layout and trial boots. The
/// releases that the prover installs there are small ones of its own, because a chunk more changes
/// nothing that a proof could find.
///
/// @param name of the image
/// @param slotBytes size of each slot's partition
/// @param bootBytes size of each boot partition
/// @param dataBytes size of the data partition
/// @param sectorBytes the unit that the disk writes in one piece
/// @param eraseBlockBytes the unit that a flash erases, and that a cut may take as a whole
public record Subject(
        String name,
        FleetId fleet,
        Compatible compatible,
        long slotBytes,
        long bootBytes,
        long dataBytes,
        HealthPolicy health,
        DataFormat dataFormat,
        int sectorBytes,
        int eraseBlockBytes) {
    public static final int ERASE_BLOCK_BYTES = 512 << 10;

    public Subject {
        if (sectorBytes != 512 && sectorBytes != 4096) {
            throw new IllegalArgumentException(
                    "a sector has 512 or 4096 bytes, not " + sectorBytes);
        }
    }
}

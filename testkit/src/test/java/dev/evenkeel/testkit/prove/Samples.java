// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import dev.evenkeel.core.Compatible;
import dev.evenkeel.core.DataFormat;
import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.HealthPolicy;
import dev.evenkeel.core.IntRange;
import java.io.IOException;

/// A device to prove things about.
final class Samples {
    static final Subject KIOSK =
            new Subject(
                    "kiosk",
                    new FleetId("harbour"),
                    new Compatible(new DeviceType("qemu-x86"), new IntRange(1, 2)),
                    512L << 20,
                    32L << 20,
                    256L << 20,
                    HealthPolicy.DEFAULT,
                    new DataFormat(new IntRange(1, 2), 1),
                    512,
                    Subject.ERASE_BLOCK_BYTES);

    private Samples() {}

    /// The story of that name.
    static Scenario scenario(World world, String name) throws IOException {
        return Scenarios.of(world).stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}

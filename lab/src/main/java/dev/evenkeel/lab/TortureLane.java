// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.core.message.Provisioning;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// A kind of virtual device that can be tortured.
public interface TortureLane {
    /// `uml` or `qemu`, as the command line has it.
    String name();

    /// A device that is off, flashed with the old release, with [Witness] in its data.
    ///
    /// @param folder takes its disk and logs
    DeviceUnderTest newDevice(Path folder, Provisioning provisioning) throws IOException;

    /// How many devices this machine runs at a time.
    int devices();

    /// How long a device may take, undisturbed, until it has finished what it was doing. Far more
    /// than it needs: who exceeds it is a brick.
    Duration patience();
}

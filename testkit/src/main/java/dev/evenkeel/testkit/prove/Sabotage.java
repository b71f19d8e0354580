// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import dev.evenkeel.agent.Device;
import dev.evenkeel.agent.Server;
import dev.evenkeel.boot.Bootloader;

/// What stands between the shipping agent and the simulated world: nothing, or, to show that the
/// prover bites, something that spoils one step of an update.
interface Sabotage {
    /// The product as it ships.
    Sabotage NONE = new Sabotage() {};

    /// What the agent gets for its device.
    ///
    /// @param machine the simulated device, of which the sabotage may use more than the agent does
    default Device device(PowerOn machine) {
        return machine;
    }

    /// What the agent gets for its server.
    default Server server(PowerOn machine, Server server) {
        return server;
    }

    default Bootloader bootloader() {
        return Bootloader.SHIPPED;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.KeyCode;

/// What became of an application; a refusal is a [FleetException].
public sealed interface Admittance {
    /// It is this device, and was certified.
    record Admitted(Device device) implements Admittance {}

    /// Somebody has to let it in, and compares this code.
    record NotYet(KeyCode code, int retrySeconds) implements Admittance {}
}

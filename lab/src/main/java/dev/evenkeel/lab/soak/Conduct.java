// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab.soak;

/// What a release does on a device.
enum Conduct {
    HEALTHY,
    /// A required health check fails.
    RED,
    /// Its health checks never end.
    HUNG,
    /// Its kernel panics.
    DEAD;

    boolean isGood() {
        return this == HEALTHY;
    }
}

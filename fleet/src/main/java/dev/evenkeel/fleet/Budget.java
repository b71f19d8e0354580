// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.message.FetchBudget;
import dev.evenkeel.core.message.FetchBudget.Beyond;

/// How much one update of one device may fetch over the network.
///
/// @param beyond what the device does with an update that needs more
public record Budget(long bytes, Beyond beyond) {
    public Budget {
        if (bytes < 0) throw new MalformedInput("budget: " + bytes + " bytes");
    }

    FetchBudget of(String source) {
        return new FetchBudget(source, bytes, beyond);
    }
}

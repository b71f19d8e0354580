// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.fleet.Device;

/// Who calls, as far as it was proved.
sealed interface Caller {
    record Nobody() implements Caller {}

    /// Has the operator token, or logged in with it.
    ///
    /// @param byCookie whether a browser sent its login along by itself
    record Operator(boolean byCookie) implements Caller {}

    record KnownDevice(Device device) implements Caller {}
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.message.CheckInAnswer;

/// What became of a check-in.
public sealed interface CheckInResult {
    record Answered(CheckInAnswer answer) implements CheckInResult {}

    /// Refused: somebody else holds this identity too. From now on the device is in quarantine.
    record TwoHolders(String what) implements CheckInResult {}
}

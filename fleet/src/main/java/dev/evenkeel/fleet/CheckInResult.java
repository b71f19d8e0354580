// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.message.CheckInAnswer;

/// What became of a check-in.
public sealed interface CheckInResult {
    record Answered(CheckInAnswer answer) implements CheckInResult {}

    /// Refused: somebody else holds this identity too. The device is flagged for the operator.
    record TwoHolders(String what) implements CheckInResult {}
}

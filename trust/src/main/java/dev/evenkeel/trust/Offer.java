// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

/// What became of a file that was offered for a channel.
public sealed interface Offer {
    TargetFile file();

    /// Devices find it.
    record Published(TargetFile file) implements Offer {}

    /// The channel's keys are not here: devices find it once they have signed.
    ///
    /// @param told whose signatures are waited for, in words
    record Waiting(TargetFile file, String role, String told) implements Offer {}
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.Digest;

/// What a stranger brings along to be let in.
public sealed interface Leave {
    record Token(String text) implements Leave {}

    /// A certificate of a factory authority of the fleet, whose key the stranger has proved to
    /// hold.
    ///
    /// @param certificate SHA-256 of the certificate
    record Factory(Digest certificate) implements Leave {}

    /// Its key alone.
    record Key() implements Leave {}
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import java.util.Locale;

/// How a device may come into a fleet.
public enum Way {
    /// With a one-time token.
    TOKEN,
    /// With a certificate of a factory that the fleet knows.
    FACTORY,
    /// Its key was expected.
    FINGERPRINT,
    /// A person let it in.
    APPROVAL;

    public static Way parse(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import java.nio.file.Path;
import java.time.Duration;

/// How devices come in, and who certifies them.
///
/// @param certificateLife how long a device's certificate is good; it is renewed at two thirds
/// @param approvals whether a device without any leave may wait for a person
public record JoiningOptions(Duration certificateLife, boolean approvals, Authority authority) {
    public static final JoiningOptions DEFAULT =
            new JoiningOptions(Duration.ofDays(30), true, new Authority.Own());

    public JoiningOptions {
        if (certificateLife.compareTo(Duration.ofSeconds(1)) < 0
                || certificateLife.compareTo(Duration.ofDays(3650)) > 0) {
            throw new IllegalArgumentException(
                    "certificate life: expected 1 second to 10 years, found " + certificateLife);
        }
    }

    /// The certificate authority for devices.
    public sealed interface Authority {
        /// One of its own, made at the first start.
        record Own() implements Authority {}

        /// The user's own.
        ///
        /// @param chain PEM; the issuing authority first, then those above it
        /// @param key PEM, PKCS#8
        record InFiles(Path chain, Path key) implements Authority {}

        /// The user's own, with its key in a PKCS#11 token; the PIN comes from the environment.
        ///
        /// @param chain PEM, as above
        /// @param config what the Java runtime's PKCS#11 provider reads: name, library, slot
        record InToken(Path chain, Path config) implements Authority {}
    }

    public JoiningOptions withCertificateLife(Duration other) {
        return new JoiningOptions(other, approvals, authority);
    }

    public JoiningOptions withApprovals(boolean admitted) {
        return new JoiningOptions(certificateLife, admitted, authority);
    }

    public JoiningOptions withAuthority(Authority other) {
        return new JoiningOptions(certificateLife, approvals, other);
    }
}

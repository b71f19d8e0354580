// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.trust.TrustException.ExpiredMetadata;
import java.time.Instant;

/// Against which time expiry is judged: one start time for a whole refresh (TUF 5.1), or none where
/// nothing new is installed.
sealed interface Deadline {
    void require(String role, Header header);

    record Start(Instant start) implements Deadline {
        @Override
        public void require(String role, Header header) {
            if (!header.expires().isAfter(start)) {
                throw new ExpiredMetadata(role, header.expires(), start);
            }
        }
    }

    /// For the publisher, which is there to renew what expired.
    record Waived() implements Deadline {
        @Override
        public void require(String role, Header header) {}
    }
}

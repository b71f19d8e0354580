// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.content.ContentSource;
import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.message.CheckIn;
import dev.evenkeel.core.message.CheckInAnswer;
import dev.evenkeel.core.message.EnrolmentAnswer;
import dev.evenkeel.trust.MetadataSource;
import java.io.IOException;
import java.time.Duration;

/// The server as one device sees it. Every method throws [Refusal] when the server answered and
/// said no, and another IOException when it could not be reached: both are to be tried again later.
public interface Server {
    /// The server's answer was an error (RFC 9457).
    final class Refusal extends IOException {
        private final int status;
        private final Duration retryAfter;

        public Refusal(int status, Duration retryAfter, String detail) {
            super(detail);
            this.status = status;
            this.retryAfter = retryAfter;
        }

        public int status() {
            return status;
        }

        /// As the server asked; zero when it did not.
        public Duration retryAfter() {
            return retryAfter;
        }
    }

    MetadataSource metadata();

    ContentSource content();

    EnrolmentAnswer enrol(byte[] envelope) throws IOException;

    /// From now on calls are made in this name.
    void signIn(DeviceId device, String credential);

    CheckInAnswer checkIn(CheckIn checkIn) throws IOException;

    /// Returns when the server has the report for good.
    void report(byte[] envelope) throws IOException;
}

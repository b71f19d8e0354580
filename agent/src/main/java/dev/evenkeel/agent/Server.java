// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.content.ContentFault;
import dev.evenkeel.content.ContentSource;
import dev.evenkeel.core.message.CheckIn;
import dev.evenkeel.core.message.CheckInAnswer;
import dev.evenkeel.core.message.ContentMirror;
import dev.evenkeel.trust.DeviceCertificate;
import dev.evenkeel.trust.MetadataSource;
import dev.evenkeel.trust.PrivateKey;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/// The server as one device sees it. Every method throws [Refusal] when the server answered and
/// said no, and another IOException when it could not be reached: both are to be tried again later.
public interface Server {
    /// The server's answer was an error (RFC 9457), or 202: not yet.
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

    /// A further carrier of content, that the server named. One who has no way to others has
    /// nothing there.
    default ContentSource mirror(ContentMirror mirror) {
        return new ContentSource() {
            @Override
            public byte[] fetch(String path, int maxBytes) {
                throw new ContentFault.NotCarried(path);
            }

            @Override
            public InputStream open(String path, long from, long length) {
                throw new ContentFault.NotCarried(path);
            }
        };
    }

    /// Asks for the first certificate, or for another one when the last is not good any more.
    /// Refused with 202 while somebody has to approve it.
    ///
    /// @param request PKCS#10, DER
    DeviceCertificate enrol(byte[] request) throws IOException;

    /// Asks for the next certificate by showing the present one.
    DeviceCertificate renew(byte[] request) throws IOException;

    /// From now on calls are made in this name.
    void signIn(PrivateKey key, DeviceCertificate certificate);

    CheckInAnswer checkIn(CheckIn checkIn) throws IOException;

    /// Returns when the server has the report for good.
    void report(byte[] envelope) throws IOException;
}

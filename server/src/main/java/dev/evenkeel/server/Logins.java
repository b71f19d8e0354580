// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.Digest;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Who is logged in to the console. Kept in memory: a restart asks for the token again.
final class Logins {
    private static final Duration VALID = Duration.ofHours(12);
    private static final int MOST = 1_000;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final InstantSource clock;
    private final Map<Digest, Instant> ends = new ConcurrentHashMap<>();

    Logins(InstantSource clock) {
        this.clock = clock;
    }

    /// A new login's secret, for the cookie.
    String begin() {
        Instant now = clock.instant();
        ends.values().removeIf(now::isAfter);
        if (ends.size() >= MOST) throw Problem.busy(60);
        var bytes = new byte[Digest.SIZE_BYTES];
        RANDOM.nextBytes(bytes);
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        ends.put(digest(secret), now.plus(VALID));
        return secret;
    }

    boolean isValid(String secret) {
        Instant end = ends.get(digest(secret));
        return end != null && clock.instant().isBefore(end);
    }

    void end(String secret) {
        ends.remove(digest(secret));
    }

    private static Digest digest(String secret) {
        return Digest.of(secret.getBytes(StandardCharsets.UTF_8));
    }
}

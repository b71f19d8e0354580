// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.trust.MetadataPublisher;
import dev.evenkeel.trust.TrustReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The report on the repository's trust, worked out anew when it is older than some seconds: every
/// page of the console asks for it, and it costs a dozen signature checks. A lock guards the
/// report.
final class TrustFacts {
    private static final Duration FRESH = Duration.ofSeconds(20);

    private final MetadataPublisher metadata;
    private final InstantSource clock;
    private @Nullable TrustReport last;

    TrustFacts(MetadataPublisher metadata, InstantSource clock) {
        this.metadata = metadata;
        this.clock = clock;
    }

    synchronized TrustReport report() throws IOException {
        Instant now = clock.instant();
        TrustReport known = last;
        boolean isFresh =
                known != null
                        && !now.isBefore(known.at())
                        && Duration.between(known.at(), now).compareTo(FRESH) < 0;
        if (known != null && isFresh) return known;
        TrustReport report = metadata.report(now);
        last = report;
        return report;
    }

    /// Something was signed: what is known is history.
    synchronized void forget() {
        last = null;
    }

    boolean isDevelopment() {
        return told().isDevelopment();
    }

    List<String> warnings() {
        return told().warnings();
    }

    private TrustReport told() {
        try {
            return report();
        } catch (IOException broken) {
            throw new UncheckedIOException("reading the repository's metadata", broken);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.trust.MetadataPublisher;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;

/// Tells the time, signed by the timestamp role in answer to a nonce, to devices whose clock nobody
/// sets. It lies beside the metadata, so that whatever carries those can carry it.
final class TimeApi {
    private final MetadataPublisher metadata;
    private final InstantSource clock;

    TimeApi(MetadataPublisher metadata, InstantSource clock) {
        this.metadata = metadata;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.get(
                        "/content/v1/{fleet}/metadata/time/{nonce}",
                        Access.DEVICE_OR_OPERATOR,
                        this::tell));
    }

    private Answer tell(Request request) throws IOException {
        byte[] answer = metadata.time(request.path("nonce"), clock.instant());
        return Answer.message(answer).with("Cache-Control", "no-store");
    }
}

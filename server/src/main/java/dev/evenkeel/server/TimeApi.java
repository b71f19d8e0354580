// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.FleetId;
import dev.evenkeel.trust.SignedTime;
import dev.evenkeel.trust.SigningKeys;
import java.time.InstantSource;
import java.util.List;

/// Tells the time, signed by the timestamp role in answer to a nonce, to devices whose clock nobody
/// sets. It lies beside the metadata, so that whatever carries those can carry it.
final class TimeApi {
    private final FleetId fleet;
    private final SigningKeys keys;
    private final InstantSource clock;

    TimeApi(FleetId fleet, SigningKeys keys, InstantSource clock) {
        this.fleet = fleet;
        this.keys = keys;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.get(
                        "/content/v1/{fleet}/metadata/time/{nonce}",
                        Access.DEVICE_OR_OPERATOR,
                        this::tell));
    }

    private Answer tell(Request request) {
        byte[] answer =
                SignedTime.answer(
                        fleet, request.path("nonce"), clock.instant(), keys.signer("timestamp"));
        return Answer.message(answer).with("Cache-Control", "no-store");
    }
}

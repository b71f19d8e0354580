// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.message.Provisioning;
import dev.evenkeel.fleet.Enrolment;
import dev.evenkeel.fleet.Fleet;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/// What brings new devices in: enrolment tokens, and provisioning records that carry one.
final class JoiningApi {
    private static final int BODY_BYTES = 64 << 10;
    private static final long DAY_SECONDS = 86_400;
    private static final long MOST_SECONDS = 3_650 * DAY_SECONDS;

    private final Fleet fleet;
    private final Publishing publishing;
    private final byte[] authority;
    private final Supplier<URI> address;

    JoiningApi(Fleet fleet, Publishing publishing, byte[] authority, Supplier<URI> address) {
        this.fleet = fleet;
        this.publishing = publishing;
        this.authority = authority.clone();
        this.address = address;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/api/v1/enrolment-tokens", Access.OPERATOR, this::tokens),
                Route.of(
                        "POST",
                        "/api/v1/enrolment-tokens",
                        Access.OPERATOR,
                        BODY_BYTES,
                        this::createToken),
                Route.of(
                        "POST",
                        "/api/v1/provisioning",
                        Access.OPERATOR,
                        BODY_BYTES,
                        this::provision));
    }

    private Answer tokens(Request request) {
        return Answer.json(
                JsonObject.of(
                        "enrolment_tokens", Views.list(fleet.enrolment().tokens(), Views::token)));
    }

    private Answer createToken(Request request) {
        JsonObject wanted = request.json();
        Enrolment.IssuedToken issued = issue(wanted, wanted.optionalText("note").orElse(""));
        return Answer.json(201, Views.token(issued.kept()).with("token", issued.token()));
    }

    /// The bytes of a provisioning record for one new device.
    private Answer provision(Request request) throws IOException {
        JsonObject wanted = request.json();
        var type = new DeviceType(wanted.text("device_type"));
        int revision = wanted.has("revision") ? wanted.smallInteger("revision") : 1;
        URI server = wanted.optionalText("server").map(JoiningApi::server).orElseGet(address);
        var record =
                new Provisioning(
                        fleet.id(),
                        type,
                        revision,
                        server,
                        authority,
                        issue(wanted, "provisioning of a " + type).token(),
                        publishing.root());
        return Answer.bytes("application/json", record.toBytes());
    }

    private Enrolment.IssuedToken issue(JsonObject wanted, String note) {
        long seconds = wanted.has("valid_seconds") ? wanted.size("valid_seconds") : DAY_SECONDS;
        if (seconds < 1 || seconds > MOST_SECONDS) {
            throw new MalformedInput("valid_seconds: expected 1 to " + MOST_SECONDS);
        }
        return fleet.enrolment().createToken(Duration.ofSeconds(seconds), note);
    }

    private static URI server(String text) {
        try {
            URI server = URI.create(text);
            if ("https".equals(server.getScheme()) && server.getHost() != null) return server;
        } catch (IllegalArgumentException wrong) {
            throw new MalformedInput("server: not an address: '" + text + "'", wrong);
        }
        throw new MalformedInput("server: expected https://host:port, found '" + text + "'");
    }
}

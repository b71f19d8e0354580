// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.KeyCode;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.message.Provisioning;
import dev.evenkeel.fleet.Enrolment;
import dev.evenkeel.fleet.Fleet;
import java.io.IOException;
import java.net.URI;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;

/// What brings new devices in: enrolment tokens and provisioning records that carry one, approvals,
/// expected keys, and the factories whose certificates are good.
final class JoiningApi {
    private static final int BODY_BYTES = 64 << 10;
    private static final long MOST_SECONDS = 3_650 * Validity.DAY_SECONDS;

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
                Route.get("/api/v1/enrolment-requests", Access.OPERATOR, this::requests),
                Route.of(
                        "POST",
                        "/api/v1/enrolment-requests/{code}/approve",
                        Access.OPERATOR,
                        BODY_BYTES,
                        this::approve),
                Route.get("/api/v1/expected-keys", Access.OPERATOR, this::expectedKeys),
                Route.of(
                        "POST", "/api/v1/expected-keys", Access.OPERATOR, BODY_BYTES, this::expect),
                Route.get("/api/v1/factory-authorities", Access.OPERATOR, this::factories),
                Route.of(
                        "POST",
                        "/api/v1/factory-authorities",
                        Access.OPERATOR,
                        BODY_BYTES,
                        this::addFactory),
                Route.of(
                        "DELETE",
                        "/api/v1/factory-authorities/{authority}",
                        Access.OPERATOR,
                        BODY_BYTES,
                        this::removeFactory),
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

    private Answer requests(Request request) {
        return Answer.json(
                JsonObject.of(
                        "enrolment_requests",
                        Views.list(fleet.enrolment().waiting(), Views::waiting)));
    }

    private Answer approve(Request request) {
        KeyCode code = KeyCode.typed(request.path("code"));
        String note = request.json().optionalText("note").orElse("");
        return Answer.json(Views.expectedKey(fleet.enrolment().approve(code, note)));
    }

    private Answer expectedKeys(Request request) {
        return Answer.json(
                JsonObject.of(
                        "expected_keys",
                        Views.list(fleet.enrolment().expectedKeys(), Views::expectedKey)));
    }

    private Answer expect(Request request) {
        JsonObject wanted = request.json();
        return Answer.json(
                201,
                Views.expectedKey(
                        fleet.enrolment()
                                .expect(
                                        new Digest(wanted.text("key")),
                                        Validity.of(wanted, MOST_SECONDS),
                                        wanted.optionalText("note").orElse(""))));
    }

    private Answer factories(Request request) {
        return Answer.json(
                JsonObject.of(
                        "factory_authorities",
                        Views.list(fleet.factories().list(), Views::factory)));
    }

    private Answer addFactory(Request request) {
        JsonObject wanted = request.json();
        String note = wanted.optionalText("note").orElse("");
        return Answer.json(
                201,
                Views.factory(fleet.factories().add(authority(wanted.text("certificate")), note)));
    }

    private static byte[] authority(String base64) {
        try {
            X509Certificate certificate =
                    Pem.certificates(Base64.getDecoder().decode(base64)).getFirst();
            if (certificate.getBasicConstraints() >= 0) return certificate.getEncoded();
        } catch (CertificateException | IllegalArgumentException broken) {
            throw new MalformedInput(
                    "certificate: expected X.509 (DER) in base64: " + broken.getMessage(), broken);
        }
        throw new MalformedInput(
                "certificate: it is of no certificate authority; register the factory's, not a"
                        + " device's");
    }

    private Answer removeFactory(Request request) {
        fleet.factories().remove(new Digest(request.path("authority")));
        return Answer.noContent();
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
                        token(wanted, type),
                        publishing.root());
        return Answer.bytes("application/json", record.toBytes());
    }

    /// Empty where the device shall come with something else than a token.
    private String token(JsonObject wanted, DeviceType type) {
        boolean isWanted = !wanted.has("token") || wanted.flag("token");
        return isWanted ? issue(wanted, "provisioning of a " + type).token() : "";
    }

    private Enrolment.IssuedToken issue(JsonObject wanted, String note) {
        return fleet.enrolment().createToken(Validity.of(wanted, MOST_SECONDS), note);
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

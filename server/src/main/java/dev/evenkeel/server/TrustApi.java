// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.fleet.Fleet;
import dev.evenkeel.fleet.Release;
import dev.evenkeel.trust.MetadataPublisher;
import dev.evenkeel.trust.Offer;
import dev.evenkeel.trust.PublicKey;
import dev.evenkeel.trust.SigningKeys;
import dev.evenkeel.trust.SigningRequest;
import dev.evenkeel.trust.TrustReport;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Who signs what: the facts, what waits for signatures, and what people have signed elsewhere. No
/// private key goes in or out here.
final class TrustApi {
    private static final int BODY_BYTES = 64 << 10;

    private final Fleet fleet;
    private final MetadataPublisher metadata;
    private final Publishing publishing;
    private final SigningKeys keys;
    private final TrustFacts facts;
    private final InstantSource clock;

    TrustApi(
            Fleet fleet,
            MetadataPublisher metadata,
            Publishing publishing,
            SigningKeys keys,
            TrustFacts facts,
            InstantSource clock) {
        this.fleet = fleet;
        this.metadata = metadata;
        this.publishing = publishing;
        this.keys = keys;
        this.facts = facts;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/api/v1/trust", Access.OPERATOR, this::report),
                Route.get(
                        "/api/v1/trust/files",
                        Access.OPERATOR,
                        _ -> Answer.json(metadata.files().toJson())),
                Route.get("/api/v1/trust/requests/{role}", Access.OPERATOR, this::request),
                Route.of(
                        "POST",
                        "/api/v1/trust/signed",
                        Access.OPERATOR,
                        Limits.METADATA_BYTES,
                        this::accept),
                Route.of(
                        "POST",
                        "/api/v1/trust/online-keys/{role}",
                        Access.OPERATOR,
                        BODY_BYTES,
                        this::addKey),
                Route.of(
                        "POST",
                        "/api/v1/releases/{release}/promote",
                        Access.OPERATOR,
                        BODY_BYTES,
                        this::promote),
                Route.get("/api/v1/prometheus", Access.OPERATOR, this::metrics));
    }

    private Answer report(Request request) throws IOException {
        facts.forget();
        return Answer.json(facts.report().toJson());
    }

    private Answer request(Request request) throws IOException {
        byte[] file = metadata.request(request.path("role"), clock.instant()).toBytes();
        return Answer.bytes("application/json", file);
    }

    private Answer accept(Request request) throws IOException {
        List<String> words = metadata.accept(SigningRequest.read(request.body()), clock.instant());
        publishing.reconcile();
        facts.forget();
        return Answer.json(JsonObject.of("changed", JsonArray.ofTexts(words)));
    }

    private Answer addKey(Request request) throws IOException {
        PublicKey key = keys.addOnlineKey(request.path("role"));
        facts.forget();
        return Answer.json(
                201,
                JsonObject.of("key", key.id())
                        .with("public", Base64.getEncoder().encodeToString(key.toSpki())));
    }

    private Answer promote(Request request) throws IOException {
        JsonObject body = request.json();
        Release release =
                fleet.releases()
                        .show(
                                new Version(request.path("release")),
                                body.optionalText("device_type").map(DeviceType::new));
        Offer offer = publishing.promote(release, new Channel(body.text("channel")));
        facts.forget();
        JsonObject json =
                Views.release(
                        fleet.releases()
                                .show(
                                        release.version(),
                                        Optional.of(release.compatible().deviceType())));
        return Answer.json(
                switch (offer) {
                    case Offer.Published _ -> json;
                    case Offer.Waiting waiting -> json.with("waiting", waiting.told());
                });
    }

    /// For Prometheus, in its text format 0.0.4.
    private Answer metrics(Request request) throws IOException {
        TrustReport report = facts.report();
        var text = new StringBuilder();
        head(text, "evenkeel_role_expires_seconds", "Seconds until a role's metadata expire.");
        for (TrustReport.RoleFact role : report.roles()) {
            line(
                    text,
                    "evenkeel_role_expires_seconds{role=\"" + role.role() + "\"}",
                    role.expires().getEpochSecond() - clock.instant().getEpochSecond());
        }
        head(
                text,
                "evenkeel_trust_urgency",
                "0 fine, 1 sign within a month, 2 within a week, 3 expired.");
        line(text, "evenkeel_trust_urgency", level(report.urgency()));
        head(text, "evenkeel_signatures_waiting", "Releases that wait for signatures of people.");
        report.waiting()
                .forEach((role, files) ->
                        line(text, "evenkeel_signatures_waiting{role=\"" + role + "\"}", files));
        head(text, "evenkeel_development_keys", "1 while development keys guard the fleet.");
        line(text, "evenkeel_development_keys", report.isDevelopment() ? 1 : 0);
        return Answer.bytes(
                "text/plain; version=0.0.4; charset=utf-8", text.toString().getBytes(UTF_8));
    }

    private static int level(TrustReport.Urgency urgency) {
        return switch (urgency) {
            case FINE -> 0;
            case SOON -> 1;
            case NOW -> 2;
            case EXPIRED -> 3;
        };
    }

    private static void head(StringBuilder text, String name, String help) {
        text.append(
                String.format(Locale.ROOT, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name));
    }

    private static void line(StringBuilder text, String name, long value) {
        text.append(name).append(' ').append(value).append('\n');
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.DeviceUrn;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.fleet.Admittance;
import dev.evenkeel.fleet.Applicant;
import dev.evenkeel.fleet.Device;
import dev.evenkeel.fleet.Enrolment;
import dev.evenkeel.fleet.Fleet;
import dev.evenkeel.fleet.FleetException;
import dev.evenkeel.fleet.Leave;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Enrolment over Secure Transport (RFC 7030, with the bodies of RFC 8951): how devices, ours and
/// others, get certificates. The fleet is the label of the path.
final class EstApi {
    private static final String PATH = "/.well-known/est/{fleet}/";
    private static final String CERTIFICATES = "application/pkcs7-mime; smime-type=certs-only";

    private final Fleet fleet;
    private final DeviceAuthority authority;
    private final Identities identities;
    private final Guard guard;
    private final Duration life;
    private final InstantSource clock;

    EstApi(
            Fleet fleet,
            DeviceAuthority authority,
            Identities identities,
            Guard guard,
            Duration life,
            InstantSource clock) {
        this.fleet = fleet;
        this.authority = authority;
        this.identities = identities;
        this.guard = guard;
        this.life = life;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.get(PATH + "cacerts", Access.ANYBODY, this::authorities),
                Route.of(
                        "POST",
                        PATH + "simpleenroll",
                        Access.ANYBODY,
                        Application.MOST_BYTES,
                        this::enrol),
                Route.of(
                        "POST",
                        PATH + "simplereenroll",
                        Access.DEVICE_TO_RENEW,
                        Application.MOST_BYTES,
                        this::renew));
    }

    // RFC 7030, 4.1
    private Answer authorities(Request request) {
        requireFleet(request);
        return answer(authority.chain());
    }

    // RFC 7030, 4.2.1
    private Answer enrol(Request request) {
        requireFleet(request);
        Application asked = Application.read(request.body());
        var applicant =
                new Applicant(asked.publicKey(), asked.hardware(), request.peer().address());
        var issuing = new Issuing();
        return switch (admit(applicant, leave(request), issuing, request)) {
            case Admittance.Admitted _ -> issuing.answer();
            case Admittance.NotYet(var code, int seconds) ->
                    // RFC 7030, 4.2.3
                    Answer.json(
                                    202,
                                    JsonObject.of("title", "not yet")
                                            .with(
                                                    "detail",
                                                    "somebody has to let this device in: its code"
                                                            + " is "
                                                            + code)
                                            .with("code", code.text()))
                            .with("Retry-After", Integer.toString(seconds));
        };
    }

    private Admittance admit(Applicant applicant, Leave leave, Issuing issuing, Request request) {
        try {
            return fleet.enrolment().admit(applicant, leave, issuing);
        } catch (FleetException.EnrolmentRefused refused) {
            if (!(leave instanceof Leave.Token)) {
                throw Problem.tokenNeeded("a one-time token is needed, as password of HTTP Basic");
            }
            guard.enrolmentFailed(request.peer().address());
            throw refused;
        }
    }

    private Leave leave(Request request) {
        Optional<String> token = password(request);
        if (token.isPresent()) return new Leave.Token(token.get());
        return switch (identities.identify(request.peer())) {
            case Identities.Identity.OfFactory(var certificate) -> new Leave.Factory(certificate);
            case Identities.Identity.Nobody _,
                    Identities.Identity.OfDevice _,
                    Identities.Identity.Stranger _ ->
                    new Leave.Key();
        };
    }

    /// The password of HTTP Basic (RFC 7617); the user name is anybody's.
    private static Optional<String> password(Request request) {
        String header = request.header("authorization").orElse("");
        if (!header.regionMatches(true, 0, "Basic ", 0, 6)) return Optional.empty();
        try {
            byte[] pair = Base64.getDecoder().decode(header.substring(6).strip());
            String[] parts = new String(pair, StandardCharsets.UTF_8).split(":", 2);
            return Optional.of(parts.length == 2 ? parts[1] : "");
        } catch (IllegalArgumentException wrong) {
            throw Problem.badRequest("the credentials of HTTP Basic are not base64");
        }
    }

    // RFC 7030, 4.2.2
    private Answer renew(Request request) {
        if (!(request.caller() instanceof Caller.KnownDevice(Device device))) {
            throw new IllegalStateException("only devices are admitted here");
        }
        Application asked = Application.read(request.body());
        if (!Arrays.equals(asked.publicKey(), device.publicKey())) {
            throw Problem.forbidden(
                    "the request is for another key than the device's; a device with a new key is"
                            + " a new device");
        }
        var issuing = new Issuing();
        fleet.enrolment()
                .certify(
                        device.id(),
                        issuing,
                        isExpired(request) ? "renewed after it had expired" : "renewed");
        return issuing.answer();
    }

    private boolean isExpired(Request request) {
        X509Certificate shown = request.peer().chain().getFirst();
        return !clock.instant().isBefore(shown.getNotAfter().toInstant());
    }

    /// Makes one certificate, and the answer that brings it once it is kept.
    private final class Issuing implements Enrolment.Issuer {
        private final List<X509Certificate> chain = new ArrayList<>();

        @Override
        public Device.Certificate issue(Device device) {
            Instant now = clock.instant();
            X509Certificate issued =
                    authority.issue(
                            new DeviceUrn(fleet.id(), device.id()), device.publicKey(), now, life);
            chain.add(issued);
            chain.addAll(authority.chain());
            return new Device.Certificate(
                    issued.getSerialNumber().toString(16), now, issued.getNotAfter().toInstant());
        }

        Answer answer() {
            return EstApi.answer(chain);
        }
    }

    private static Answer answer(List<X509Certificate> certificates) {
        byte[] base64 = Base64.getMimeEncoder().encode(DeviceAuthority.certsOnly(certificates));
        return new Answer(
                200,
                Map.of("Content-Type", CERTIFICATES, "Content-Transfer-Encoding", "base64"),
                base64);
    }

    private void requireFleet(Request request) {
        if (!fleet.id().text().equals(request.path("fleet"))) {
            throw Problem.notFound("this server does not serve that fleet");
        }
    }
}

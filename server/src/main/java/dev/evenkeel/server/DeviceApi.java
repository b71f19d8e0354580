// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.Dsse;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.core.message.BootReport;
import dev.evenkeel.core.message.CheckIn;
import dev.evenkeel.core.message.EnrolmentAnswer;
import dev.evenkeel.core.message.EnrolmentRequest;
import dev.evenkeel.core.message.Protocol;
import dev.evenkeel.fleet.CheckInResult;
import dev.evenkeel.fleet.Device;
import dev.evenkeel.fleet.Enrolment;
import dev.evenkeel.fleet.Fleet;
import dev.evenkeel.fleet.FleetException;
import dev.evenkeel.trust.Envelopes;
import dev.evenkeel.trust.PublicKey;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// What devices say to the server. Format: `docs/formats/device-protocol.md`.
final class DeviceApi {
    private static final String DEVICE = "/device/v1/{fleet}/devices/{device}";

    private final Fleet fleet;
    private final Guard guard;
    private final InstantSource clock;

    DeviceApi(Fleet fleet, Guard guard, InstantSource clock) {
        this.fleet = fleet;
        this.guard = guard;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.of(
                        "POST",
                        "/device/v1/{fleet}/enrol",
                        Access.ANYBODY,
                        Limits.ENVELOPE_BYTES,
                        this::enrol),
                Route.of(
                        "POST",
                        DEVICE + "/check-in",
                        Access.DEVICE,
                        Limits.MESSAGE_BYTES,
                        this::checkIn),
                Route.of(
                        "POST",
                        DEVICE + "/boot-reports",
                        Access.DEVICE,
                        Limits.ENVELOPE_BYTES,
                        this::report));
    }

    private Answer enrol(Request request) {
        Dsse envelope = Dsse.read(request.body());
        // the key that verifies is inside: the request is read once to find it, and believed only
        // when the envelope was signed with it, which proves that the sender holds the key
        PublicKey key = PublicKey.fromSpki(EnrolmentRequest.read(envelope.payload()).publicKey());
        byte[] verified = Envelopes.open(envelope, Protocol.ENROLMENT_TYPE, key);
        EnrolmentRequest wanted = EnrolmentRequest.read(verified);
        requireProtocol(wanted.protocol());
        requireFleet(wanted.fleet(), request);
        Enrolment.Enrolled enrolled = enrol(wanted, key, request.address());
        return Answer.message(
                new EnrolmentAnswer(
                                enrolled.device().id(),
                                enrolled.credential(),
                                clock.instant().truncatedTo(ChronoUnit.SECONDS))
                        .toBytes());
    }

    private Enrolment.Enrolled enrol(EnrolmentRequest wanted, PublicKey key, String address) {
        try {
            return fleet.enrolment()
                    .enrol(wanted.token(), key.toSpki(), wanted.deviceType(), wanted.revision());
        } catch (FleetException.EnrolmentRefused refused) {
            guard.enrolmentFailed(address);
            throw refused;
        }
    }

    private Answer checkIn(Request request) {
        // of another version only the version is sure to be where we look for it
        requireProtocol(
                StrictJson.parseObject(request.body(), Limits.MESSAGE_BYTES)
                        .smallInteger("protocol"));
        CheckIn checkIn = CheckIn.read(request.body());
        requireFleet(checkIn.fleet(), request);
        requireSelf(request, checkIn.device().equals(device(request).id()));
        checkIn.toBytes(); // refuses what could be read but never be kept, such as control
        // characters
        return switch (fleet.devices().checkIn(checkIn)) {
            case CheckInResult.Answered(var answer) -> Answer.message(answer.toBytes());
            case CheckInResult.TwoHolders(String what) ->
                    throw Problem.conflict("two-holders", what);
        };
    }

    private Answer report(Request request) {
        Dsse envelope = Dsse.read(request.body());
        PublicKey key = PublicKey.fromSpki(device(request).publicKey());
        BootReport report =
                BootReport.read(Envelopes.open(envelope, Protocol.BOOT_REPORT_TYPE, key));
        requireFleet(report.fleet(), request);
        requireSelf(request, report.device().equals(device(request).id()));
        report.toBytes(); // as for check-ins
        fleet.devices().report(report, request.body());
        return Answer.noContent();
    }

    private static Device device(Request request) {
        if (request.caller() instanceof Caller.KnownDevice(Device device)) return device;
        throw new IllegalStateException("only devices are admitted here");
    }

    private void requireFleet(FleetId told, Request request) {
        if (!told.equals(fleet.id()) || !told.text().equals(request.path("fleet"))) {
            throw Problem.notFound("this server does not serve that fleet");
        }
    }

    private static void requireSelf(Request request, boolean isSelf) {
        if (!isSelf) {
            throw Problem.forbidden(
                    "the message is of another device than " + request.path("device"));
        }
    }

    private static void requireProtocol(int version) {
        if (version < Protocol.OLDEST_SERVED || version > Protocol.VERSION) {
            throw Problem.protocol(
                    "this server speaks protocol "
                            + Protocol.OLDEST_SERVED
                            + " to "
                            + Protocol.VERSION
                            + ", not "
                            + version);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.Dsse;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.core.message.BootReport;
import dev.evenkeel.core.message.CheckIn;
import dev.evenkeel.core.message.ContentMirror;
import dev.evenkeel.core.message.Protocol;
import dev.evenkeel.fleet.CheckInResult;
import dev.evenkeel.fleet.Device;
import dev.evenkeel.fleet.Fleet;
import dev.evenkeel.trust.Envelopes;
import dev.evenkeel.trust.PublicKey;
import java.util.List;

/// What devices say to the server. Format: `docs/formats/device-protocol.md`.
final class DeviceApi {
    private static final String DEVICE = "/device/v1/{fleet}/devices/{device}";

    private final Fleet fleet;
    private final Protocol.Versions served;
    private final List<ContentMirror> mirrors;

    /// @param mirrors where devices may read content too
    DeviceApi(Fleet fleet, Protocol.Versions served, List<ContentMirror> mirrors) {
        this.fleet = fleet;
        this.served = served;
        this.mirrors = mirrors;
    }

    List<Route> routes() {
        return List.of(
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
            case CheckInResult.Answered(var answer) ->
                    Answer.message(answer.withMirrors(mirrors).toBytes());
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

    private void requireProtocol(int version) {
        if (!served.hold(version)) {
            throw Problem.protocol(
                    "this server speaks protocol "
                            + served.oldest()
                            + " to "
                            + served.newest()
                            + ", not "
                            + version);
        }
    }
}

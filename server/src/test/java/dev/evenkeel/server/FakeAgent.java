// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.BootId;
import dev.evenkeel.core.ClockQuality;
import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.DeviceTime;
import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Dsse;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.HardwareUrn;
import dev.evenkeel.core.Slot;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.message.BootReport;
import dev.evenkeel.core.message.CheckIn;
import dev.evenkeel.core.message.CheckInAnswer;
import dev.evenkeel.core.message.Condition;
import dev.evenkeel.core.message.Protocol;
import dev.evenkeel.core.message.Running;
import dev.evenkeel.core.message.UpdateProgress;
import dev.evenkeel.trust.CertificateRequest;
import dev.evenkeel.trust.DeviceCertificate;
import dev.evenkeel.trust.PrivateKey;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// A device that speaks the real protocol over the real network.
public final class FakeAgent {
    public static final FleetId HOME = new FleetId("home");
    private static final String EST = "/.well-known/est/home/";

    public final DeviceId id;
    public final PrivateKey key;
    private final URI server;
    private final byte[] authority;
    public DeviceCertificate certificate;
    public Client client;
    private BootId boot = new BootId(UUID.randomUUID().toString());
    private long checkIns;
    private long reports;
    public Running running = new Running(Slot.A, new Version("1.0"), Optional.empty(), false);
    public Optional<UpdateProgress> update = Optional.empty();
    public Condition condition = Condition.UNKNOWN;
    public ClockQuality clock = ClockQuality.SYNCED;

    private FakeAgent(PrivateKey key, DeviceCertificate certificate, URI server, byte[] authority) {
        this.id = certificate.name().device();
        this.key = key;
        this.server = server;
        this.authority = authority;
        this.certificate = certificate;
        this.client = Client.showing(server, authority, key.toPkcs8(), certificate.chain());
    }

    public static FakeAgent enrol(URI server, byte[] authority, String token) throws IOException {
        PrivateKey key = PrivateKey.generate();
        try (var nobody = Client.unknown(server, authority)) {
            HttpResponse<byte[]> response = triesToEnrol(nobody, token, key);
            if (response.statusCode() != 200) throw new AssertionError(Client.text(response));
            return enrolled(response, key, server, authority);
        }
    }

    public static HttpResponse<byte[]> triesToEnrol(Client nobody, String token, PrivateKey key)
            throws IOException {
        return asks(nobody, "simpleenroll", token, request(key));
    }

    /// EST, whatever comes of it.
    ///
    /// @param token none when empty
    public static HttpResponse<byte[]> asks(
            Client client, String operation, String token, byte[] request) throws IOException {
        String basic = Base64.getEncoder().encodeToString(("device:" + token).getBytes(UTF_8));
        return client.send(
                "POST",
                EST + operation,
                Base64.getEncoder().encode(request),
                token.isEmpty()
                        ? Map.of("Content-Type", "application/pkcs10")
                        : Map.of(
                                "Content-Type",
                                "application/pkcs10",
                                "Authorization",
                                "Basic " + basic));
    }

    public static byte[] request(PrivateKey key) {
        return request(key, HOME);
    }

    public static byte[] request(PrivateKey key, FleetId fleet) {
        return CertificateRequest.write(key, new HardwareUrn(fleet, new DeviceType("qemu-x86"), 1));
    }

    public static FakeAgent enrolled(
            HttpResponse<byte[]> response, PrivateKey key, URI server, byte[] authority) {
        return new FakeAgent(key, certificate(response), server, authority);
    }

    public static DeviceCertificate certificate(HttpResponse<byte[]> response) {
        return DeviceCertificate.readCertsOnly(Base64.getMimeDecoder().decode(response.body()));
    }

    /// Asks for its next certificate with the present one.
    public HttpResponse<byte[]> renews() throws IOException {
        return asks(client, "simplereenroll", "", request(key));
    }

    /// As [#renews], and goes on with what it was given.
    public HttpResponse<byte[]> goesOnWithNextCertificate() throws IOException {
        HttpResponse<byte[]> response = renews();
        if (response.statusCode() != 200) return response;
        certificate = certificate(response);
        client.close();
        client = Client.showing(server, authority, key.toPkcs8(), certificate.chain());
        return response;
    }

    /// The same device, when its server has another address.
    public FakeAgent at(URI server, byte[] authority) {
        return with(certificate, server, authority);
    }

    /// The same device with another certificate.
    public FakeAgent with(DeviceCertificate next, URI server, byte[] authority) {
        var same = new FakeAgent(key, next, server, authority);
        same.boot = boot;
        same.checkIns = checkIns;
        same.reports = reports;
        same.running = running;
        return same;
    }

    public void boots(String release, Digest manifest) {
        boots(new Running(Slot.B, new Version(release), Optional.of(manifest), false));
    }

    public void boots(Running next) {
        boot = new BootId(UUID.randomUUID().toString());
        running = next;
    }

    public CheckIn nextCheckIn() {
        return new CheckIn(
                Protocol.VERSION,
                List.of("chunks"),
                HOME,
                id,
                boot,
                ++checkIns,
                new DeviceTime(Instant.now(), clock),
                running,
                update,
                condition);
    }

    public CheckInAnswer checksIn() throws IOException {
        HttpResponse<byte[]> response = client.post(path("check-in"), nextCheckIn().toBytes());
        if (response.statusCode() != 200) throw new AssertionError(Client.text(response));
        return CheckInAnswer.read(response.body());
    }

    /// Checks in, whatever the server says to it.
    public HttpResponse<byte[]> triesToCheckIn() throws IOException {
        return client.post(path("check-in"), nextCheckIn().toBytes());
    }

    /// Its disk is restored from a copy of the first day.
    public FakeAgent forgets() {
        checkIns = 0;
        return this;
    }

    public Dsse nextReport(BootReport.Outcome outcome, String release, Digest manifest) {
        return nextReport(outcome, release, manifest, "");
    }

    public Dsse nextReport(
            BootReport.Outcome outcome, String release, Digest manifest, String reason) {
        var subject = new BootReport.Subject(Optional.empty(), new Version(release), manifest);
        return nextReport(outcome, Optional.of(subject), reason);
    }

    public Dsse nextReport(
            BootReport.Outcome outcome, Optional<BootReport.Subject> subject, String reason) {
        var report =
                new BootReport(
                        HOME,
                        id,
                        boot,
                        ++reports,
                        new DeviceTime(Instant.now(), clock),
                        running,
                        BootReport.Verdict.GREEN,
                        outcome,
                        1,
                        subject,
                        reason);
        return Dsse.sign(Protocol.BOOT_REPORT_TYPE, report.toBytes(), key);
    }

    public HttpResponse<byte[]> reports(Dsse report) throws IOException {
        return client.post(path("boot-reports"), report.toBytes());
    }

    public String path(String what) {
        return "/device/v1/home/devices/" + id + "/" + what;
    }
}

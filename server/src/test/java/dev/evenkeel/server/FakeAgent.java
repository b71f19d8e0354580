// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.BootId;
import dev.evenkeel.core.ClockQuality;
import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.DeviceTime;
import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Dsse;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.Slot;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.message.BootReport;
import dev.evenkeel.core.message.CheckIn;
import dev.evenkeel.core.message.CheckInAnswer;
import dev.evenkeel.core.message.Condition;
import dev.evenkeel.core.message.EnrolmentAnswer;
import dev.evenkeel.core.message.EnrolmentRequest;
import dev.evenkeel.core.message.Protocol;
import dev.evenkeel.core.message.Running;
import dev.evenkeel.core.message.UpdateProgress;
import dev.evenkeel.trust.PrivateKey;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// A device that speaks the real protocol over the real network.
public final class FakeAgent {
    public static final FleetId HOME = new FleetId("home");

    public final DeviceId id;
    public final String credential;
    public final PrivateKey key;
    public final Client client;
    private BootId boot = new BootId(UUID.randomUUID().toString());
    private long checkIns;
    private long reports;
    public Running running = new Running(Slot.A, new Version("1.0"), Optional.empty(), false);
    public Optional<UpdateProgress> update = Optional.empty();
    public Condition condition = Condition.UNKNOWN;
    public ClockQuality clock = ClockQuality.SYNCED;

    private FakeAgent(DeviceId id, String credential, PrivateKey key, Client client) {
        this.id = id;
        this.credential = credential;
        this.key = key;
        this.client = client;
    }

    public static FakeAgent enrol(URI server, byte[] authority, String token) throws IOException {
        PrivateKey key = PrivateKey.generate();
        try (var nobody = new Client(server, authority, null)) {
            HttpResponse<byte[]> response = triesToEnrol(nobody, token, key);
            if (response.statusCode() != 200) throw new AssertionError(Client.text(response));
            return enrolled(response, key, server, authority);
        }
    }

    public static HttpResponse<byte[]> triesToEnrol(Client nobody, String token, PrivateKey key)
            throws IOException {
        return nobody.post("/device/v1/home/enrol", enrolment(token, key, HOME).toBytes());
    }

    public static FakeAgent enrolled(
            HttpResponse<byte[]> response, PrivateKey key, URI server, byte[] authority) {
        EnrolmentAnswer answer = EnrolmentAnswer.read(response.body());
        var client = new Client(server, authority, answer.credential());
        return new FakeAgent(answer.device(), answer.credential(), key, client);
    }

    /// The same device, when its server has another address.
    public FakeAgent at(URI server, byte[] authority) {
        var same = new FakeAgent(id, credential, key, new Client(server, authority, credential));
        same.boot = boot;
        same.checkIns = checkIns;
        same.reports = reports;
        same.running = running;
        return same;
    }

    public static Dsse enrolment(String token, PrivateKey key, FleetId fleet) {
        var request =
                new EnrolmentRequest(
                        Protocol.VERSION,
                        fleet,
                        token,
                        key.publicKey().toSpki(),
                        new DeviceType("qemu-x86"),
                        1);
        return Dsse.sign(Protocol.ENROLMENT_TYPE, request.toBytes(), key);
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

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit;

import dev.evenkeel.agent.Server;
import dev.evenkeel.content.ContentSource;
import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.DeviceUrn;
import dev.evenkeel.core.Dsse;
import dev.evenkeel.core.RolloutId;
import dev.evenkeel.core.message.Assignment;
import dev.evenkeel.core.message.BootReport;
import dev.evenkeel.core.message.CheckIn;
import dev.evenkeel.core.message.CheckInAnswer;
import dev.evenkeel.core.message.ContentMirror;
import dev.evenkeel.core.message.FetchTerms;
import dev.evenkeel.core.message.Protocol;
import dev.evenkeel.trust.DeviceCertificate;
import dev.evenkeel.trust.Envelopes;
import dev.evenkeel.trust.MetadataSource;
import dev.evenkeel.trust.PrivateKey;
import dev.evenkeel.trust.PublicKey;
import dev.evenkeel.trust.SignedTime;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A server without a network: enrols, assigns, carries content and checks what it is told. Faults
/// are edited into it as data.
public final class SimulatedServer implements Server {
    public static final DeviceId DEVICE = new DeviceId("dev-0123456789abcdefghjkmnpqrs");
    public static final DeviceUrn NAME = new DeviceUrn(BuiltRelease.FLEET, DEVICE);
    public static final String TOKEN = "one-time-token";

    public final List<CheckIn> checkIns = new ArrayList<>();
    public final List<BootReport> reports = new ArrayList<>();

    /// For each pack, how often each of its bytes left.
    public final Map<String, byte[]> packBytes = new HashMap<>();

    public final Repository repository;
    public Optional<Assignment> assignment = Optional.empty();

    /// Turned upside down before they leave: from path to bytes.
    public Carrier carrier = (_, bytes) -> bytes;

    /// The further carriers that devices are told of, and what they make of content.
    public final Map<ContentMirror, Carrier> mirrors = new LinkedHashMap<>();

    /// What content mirrors were asked for, in order.
    public final List<String> mirrorPaths = new ArrayList<>();

    /// Happens whenever a device takes bytes of a pack or delta.
    public Runnable onRead = () -> {};

    /// Thrown instead of any answer.
    public Optional<IOException> fault = Optional.empty();

    private Optional<PublicKey> key = Optional.empty();
    private Optional<DeviceCertificate> signedIn = Optional.empty();
    private final SimulatedAuthority authority = new SimulatedAuthority();

    /// The server's clock, and how long its certificates are good.
    public Instant now = Repository.NOW;

    public Duration certificateLife = Duration.ofDays(30);

    /// Thrown instead of a renewal.
    public Optional<IOException> renewalFault = Optional.empty();

    /// Given instead of what was asked for.
    public Optional<DeviceCertificate> mistake = Optional.empty();

    /// Whether enrolments wait for a person.
    public boolean isWaiting;

    /// What content was asked for, in order.
    public final List<String> paths = new ArrayList<>();

    public long downloaded;
    public int enrolments;
    public int renewals;

    /// What a faulty carrier makes of content; may throw.
    public interface Carrier {
        byte[] carry(String path, byte[] bytes) throws IOException;
    }

    /// The time that the timestamp role signs; empty for a server that signs none.
    public Optional<Instant> signedTime = Optional.empty();

    public SimulatedServer(Repository repository) {
        this.repository = repository;
    }

    public void assign(String rollout, BuiltRelease release) {
        assign(rollout, release, FetchTerms.FREE);
    }

    public void assign(String rollout, BuiltRelease release, FetchTerms terms) {
        assignment =
                Optional.of(
                        new Assignment(
                                new RolloutId(rollout),
                                release.manifest().version(),
                                Repository.CHANNEL,
                                Repository.target(release),
                                release.digest(),
                                terms));
    }

    public List<BootReport.Outcome> outcomes() {
        return reports.stream().map(BootReport::outcome).toList();
    }

    @Override
    public DeviceCertificate enrol(byte[] request) throws IOException {
        answerOrFail();
        PublicKey shown = SimulatedAuthority.keyIn(request);
        boolean isRepeated = key.filter(shown::equals).isPresent();
        if (key.isPresent() && !isRepeated) {
            throw new Refusal(403, Duration.ZERO, "the token was used already");
        }
        if (isWaiting) throw new Refusal(202, Duration.ofSeconds(60), "somebody has to approve");
        key = Optional.of(shown);
        enrolments++;
        return issue(shown);
    }

    @Override
    public DeviceCertificate renew(byte[] request) throws IOException {
        answerOrFail();
        PublicKey shown = SimulatedAuthority.keyIn(request);
        if (!isGood(signedIn)) throw new Refusal(401, Duration.ZERO, "who are you?");
        if (renewalFault.isPresent()) throw renewalFault.get();
        renewals++;
        return issue(shown);
    }

    private DeviceCertificate issue(PublicKey of) {
        return mistake.orElseGet(() -> authority.certify(of, NAME, now, now.plus(certificateLife)));
    }

    @Override
    public void signIn(PrivateKey with, DeviceCertificate certificate) {
        if (!certificate.name().equals(NAME) || !certificate.isOf(with.publicKey())) {
            throw new IllegalStateException("signed in as somebody else: " + certificate.name());
        }
        shows(certificate);
    }

    /// The caller of what comes next showed this.
    public void shows(DeviceCertificate certificate) {
        signedIn = Optional.of(certificate);
    }

    private boolean isGood(Optional<DeviceCertificate> shown) {
        return shown.filter(one -> now.isBefore(one.until())).isPresent();
    }

    @Override
    public CheckInAnswer checkIn(CheckIn checkIn) throws IOException {
        answerOrFail();
        if (!isGood(signedIn)) throw new Refusal(401, Duration.ZERO, "the certificate expired");
        checkIns.add(CheckIn.read(checkIn.toBytes()));
        return new CheckInAnswer(
                Protocol.VERSION, now, 30, assignment, List.copyOf(mirrors.keySet()));
    }

    @Override
    public void report(byte[] envelope) throws IOException {
        answerOrFail();
        byte[] payload =
                Envelopes.open(Dsse.read(envelope), Protocol.BOOT_REPORT_TYPE, key.orElseThrow());
        BootReport report = BootReport.read(payload);
        if (reports.stream().anyMatch(known -> known.counter() == report.counter())) {
            throw new Refusal(409, Duration.ZERO, "replayed");
        }
        reports.add(report);
    }

    @Override
    public MetadataSource metadata() {
        MetadataSource files = MetadataSource.ofFolder(repository.folder.resolve("metadata"));
        return (name, maxBytes) -> {
            answerOrFail();
            if (name.startsWith("time/")) return signedTime.map(time -> signed(time, name));
            Optional<byte[]> bytes = files.fetch(name, maxBytes);
            return bytes.isEmpty()
                    ? bytes
                    : Optional.of(carrier.carry("metadata/" + name, bytes.get()));
        };
    }

    private byte[] signed(Instant time, String name) {
        return SignedTime.answer(
                BuiltRelease.FLEET,
                name.substring("time/".length()),
                time,
                repository.keys.signer("timestamp"));
    }

    @Override
    public ContentSource content() {
        return new ContentSource() {
            @Override
            public byte[] fetch(String path, int maxBytes) throws IOException {
                answerOrFail();
                paths.add(path);
                return carrier.carry(path, repository.content.fetch(path, maxBytes));
            }

            @Override
            public InputStream open(String path, long from, long length) throws IOException {
                answerOrFail();
                paths.add(path);
                byte[] bytes;
                try (InputStream in = repository.content.open(path, from, length)) {
                    bytes = carrier.carry(path, in.readAllBytes());
                }
                return path.startsWith("packs/") || path.startsWith("deltas/")
                        ? counted(path, from, bytes)
                        : new ByteArrayInputStream(bytes);
            }
        };
    }

    @Override
    public ContentSource mirror(ContentMirror mirror) {
        Carrier of = mirrors.get(mirror);
        if (of == null) throw new IllegalStateException("no such mirror: " + mirror);
        return new ContentSource() {
            @Override
            public byte[] fetch(String path, int maxBytes) {
                throw new IllegalStateException("only the server says " + path);
            }

            @Override
            public InputStream open(String path, long from, long length) throws IOException {
                mirrorPaths.add(path);
                try (InputStream in = repository.content.open(path, from, length)) {
                    return new ByteArrayInputStream(of.carry(path, in.readAllBytes()));
                }
            }
        };
    }

    private InputStream counted(String path, long from, byte[] bytes) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] into, int offset, int count) {
                onRead.run();
                int start = pos;
                int read = super.read(into, offset, count);
                if (read > 0) {
                    downloaded += read;
                    sent(path, (int) from + start, read);
                }
                return read;
            }
        };
    }

    private void sent(String path, int from, int count) {
        byte[] times = packBytes.computeIfAbsent(path, _ -> new byte[4 << 20]);
        for (int i = from; i < from + count; i++) times[i]++;
    }

    /// The most often that any byte of a pack or delta left.
    public int mostTimes() {
        int most = 0;
        for (byte[] times : packBytes.values()) {
            for (byte time : times) most = Math.max(most, time);
        }
        return most;
    }

    /// How many different bytes of packs and deltas left.
    public long distinctBytes() {
        long distinct = 0;
        for (byte[] times : packBytes.values()) {
            for (byte time : times) distinct += Math.min(time, 1);
        }
        return distinct;
    }

    private void answerOrFail() throws IOException {
        if (fault.isPresent()) throw fault.get();
    }
}

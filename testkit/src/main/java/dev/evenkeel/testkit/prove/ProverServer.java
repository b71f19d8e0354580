// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.agent.Server;
import dev.evenkeel.content.ContentFault;
import dev.evenkeel.content.ContentSource;
import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.DeviceUrn;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.RolloutId;
import dev.evenkeel.core.message.Assignment;
import dev.evenkeel.core.message.BootReport;
import dev.evenkeel.core.message.CheckIn;
import dev.evenkeel.core.message.CheckInAnswer;
import dev.evenkeel.core.message.Protocol;
import dev.evenkeel.testkit.SimulatedAuthority;
import dev.evenkeel.testkit.prove.Faults.Message;
import dev.evenkeel.trust.DeviceCertificate;
import dev.evenkeel.trust.MetadataSource;
import dev.evenkeel.trust.PrivateKey;
import dev.evenkeel.trust.PublicKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The server and the network between, as one power-on meets them.
final class ProverServer implements Server {
    static final DeviceId DEVICE = new DeviceId("dev-0123456789abcdefghjkmnpqrs");
    static final String TOKEN = "one-time-token";

    private static final SimulatedAuthority AUTHORITY = new SimulatedAuthority();
    private static final Duration CERTIFICATE_LIFE = Duration.ofDays(30);
    private static final int POLL_SECONDS = 3600;
    private static final String TIME = "time/";
    private static final String TIMESTAMP = "timestamp.json";
    private static final byte[] PORTAL = "<html>Please log in</html>".getBytes(UTF_8);

    /// What the server sees, and who wants to know.
    interface Listener {
        /// A signed report came; `false` when it is not true.
        void reported(BootReport report, byte[] envelope);

        /// Somebody shows the token; whether he gets in.
        boolean enrols(PublicKey shown);

        /// The key that reports have to be signed with.
        PublicKey deviceKey();

        /// A renewed certificate is on its way to the device.
        void renews();

        void fetches(String pack, long from, long length);

        void stalled();
    }

    private final World world;
    private final Scenario scenario;
    private final Faults faults;
    private final Listener listener;
    private int messages;
    private int breaks;
    private boolean hasTried;
    private byte @Nullable [] again;

    ProverServer(World world, Scenario scenario, Faults faults, Listener listener) {
        this.world = world;
        this.scenario = scenario;
        this.faults = faults;
        this.listener = listener;
    }

    int messages() {
        return messages;
    }

    @Override
    public DeviceCertificate enrol(byte[] request) throws IOException {
        PublicKey shown = SimulatedAuthority.keyIn(request);
        Message fault = before(() -> admit(shown));
        boolean isAdmitted = admit(shown);
        if (fault == Message.TWICE) isAdmitted = admit(shown);
        if (fault == Message.CUT_SHORT) throw new IOException("connection reset");
        if (!isAdmitted) {
            throw new Refusal(403, Duration.ZERO, "the token was used by another device");
        }
        return issue(request);
    }

    private boolean admit(PublicKey shown) {
        return listener.enrols(shown);
    }

    @Override
    public DeviceCertificate renew(byte[] request) throws IOException {
        Message fault = before();
        if (fault == Message.CUT_SHORT) throw new IOException("connection reset");
        listener.renews();
        return issue(request);
    }

    private DeviceCertificate issue(byte[] request) {
        Instant now = scenario.serverTime();
        return AUTHORITY.certify(request, name(), now, now.plus(CERTIFICATE_LIFE));
    }

    private DeviceUrn name() {
        return new DeviceUrn(world.subject.fleet(), DEVICE);
    }

    @Override
    public void signIn(PrivateKey key, DeviceCertificate certificate) {
        if (!certificate.name().equals(name()) || !certificate.isOf(key.publicKey())) {
            throw new IllegalStateException("signed in as somebody else: " + certificate.name());
        }
    }

    @Override
    public CheckInAnswer checkIn(CheckIn checkIn) throws IOException {
        Message fault = before();
        Optional<Assignment> assignment = assignment();
        if (fault == Message.ALTERED) {
            // a lying server: it names another manifest than the signed one
            assignment = assignment.map(ProverServer::lied);
        }
        return new CheckInAnswer(Protocol.VERSION, scenario.serverTime(), POLL_SECONDS, assignment);
    }

    private Optional<Assignment> assignment() {
        if (scenario.wanted().isEmpty()) return Optional.empty();
        SmallRelease release = world.release(scenario.wanted());
        return Optional.of(
                new Assignment(
                        new RolloutId("r-1"),
                        release.version(),
                        World.CHANNEL,
                        World.target(world.subject, release),
                        release.digest()));
    }

    private static Assignment lied(Assignment said) {
        return new Assignment(
                said.rollout(),
                said.release(),
                said.channel(),
                said.target(),
                Digest.of("another".getBytes(UTF_8)));
    }

    @Override
    public void report(byte[] envelope) throws IOException {
        Message fault = before(() -> keep(envelope));
        keep(envelope);
        if (fault == Message.TWICE) keep(envelope);
        if (fault == Message.AGAIN_LATER) again = envelope;
        if (fault == Message.ANSWER_LOST || fault == Message.CUT_SHORT) {
            throw new IOException("connection reset");
        }
    }

    private void keep(byte[] envelope) {
        listener.reported(world.open(envelope, listener.deviceKey()), envelope);
    }

    @Override
    public MetadataSource metadata() {
        return (name, maxBytes) -> {
            Message fault = before();
            return metadata(name).map(bytes -> spoiled(bytes, fault));
        };
    }

    private Optional<byte[]> metadata(String name) {
        if (name.startsWith(TIME)) return time(name.substring(TIME.length()));
        boolean isThiefs =
                scenario.has(Scenario.Habit.ROOTS_ROTATED) && name.equals(TIMESTAMP) && !hasTried;
        if (!isThiefs) return world.history.file(scenario.age(), name);
        hasTried = true;
        return Optional.of(world.history.stolenTimestamp());
    }

    private Optional<byte[]> time(String nonce) {
        if (!scenario.has(Scenario.Habit.SIGNED_TIME)) return Optional.empty();
        return Optional.of(world.history.time(scenario.age(), nonce, scenario.signedTime()));
    }

    @Override
    public ContentSource content() {
        return new ContentSource() {
            @Override
            public byte[] fetch(String path, int maxBytes) throws IOException {
                Message fault = before();
                return spoiled(file(path), fault);
            }

            @Override
            public InputStream open(String path, long from, long length) throws IOException {
                Message fault = before();
                listener.fetches(path, from, length);
                byte[] bytes = Arrays.copyOfRange(file(path), (int) from, (int) (from + length));
                boolean isBreaking = scenario.has(Scenario.Habit.BREAKING_LINK) && breaks++ < 2;
                if (isBreaking) bytes = Arrays.copyOf(bytes, Math.min(bytes.length / 2, 6000));
                return new ByteArrayInputStream(spoiled(bytes, fault));
            }
        };
    }

    private byte[] file(String path) {
        return world.file(path).orElseThrow(() -> new ContentFault.NotCarried(path));
    }

    private static byte[] spoiled(byte[] bytes, Message fault) {
        return switch (fault) {
            case CUT_SHORT, ANSWER_LOST -> Arrays.copyOf(bytes, bytes.length / 2);
            case CAPTIVE_PORTAL -> PORTAL;
            case ALTERED -> {
                byte[] wrong = bytes.clone();
                wrong[wrong.length / 3] ^= 4;
                yield wrong;
            }
            case NONE, REQUEST_LOST, TWICE, AGAIN_LATER, STALLED, BUSY -> bytes;
        };
    }

    private Message before() throws IOException {
        return before(() -> {});
    }

    /// Counts the message and lets its fault happen, as far as that comes before the answer.
    private Message before(Runnable whenAnswerIsLost) throws IOException {
        byte[] late = again;
        if (late != null) {
            again = null;
            keep(late);
        }
        if (messages++ != faults.messageCall()) return Message.NONE;
        Message fault = faults.message();
        switch (fault) {
            case REQUEST_LOST -> throw new IOException("no route to host");
            case STALLED -> {
                listener.stalled();
                throw new IOException("timed out");
            }
            case BUSY -> throw new Refusal(503, Duration.ofMinutes(2), "too many devices");
            case ANSWER_LOST -> {
                whenAnswerIsLost.run();
                throw new IOException("connection reset");
            }
            case NONE, TWICE, AGAIN_LATER, CUT_SHORT, ALTERED, CAPTIVE_PORTAL -> {}
        }
        return fault;
    }
}

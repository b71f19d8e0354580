// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.HardwareUrn;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.message.Assignment;
import dev.evenkeel.core.message.CheckIn;
import dev.evenkeel.core.message.CheckInAnswer;
import dev.evenkeel.core.message.Condition;
import dev.evenkeel.core.message.ContentMirror;
import dev.evenkeel.core.message.Protocol;
import dev.evenkeel.core.message.Provisioning;
import dev.evenkeel.core.message.Running;
import dev.evenkeel.core.message.UpdateProgress;
import dev.evenkeel.trust.CertificateRequest;
import dev.evenkeel.trust.DeviceCertificate;
import dev.evenkeel.trust.PrivateKey;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Talks to the server: enrols once, checks in from time to time, hands in reports, and renews its
/// certificate in time. A server that cannot be reached changes nothing but the time of the next
/// attempt.
final class Conversation {
    private static final List<String> CAPABILITIES = List.of("boot-reports", "chunks");
    private static final int COUNTER_BLOCK = 64;
    private static final Duration SOONEST = Duration.ofSeconds(2);

    /// On a slow link a check-in takes the way of the content: progress may cost a twentieth of it.
    private static final int SHARE_OF_LINK = 20;

    private static final int LEAST_POLL_SECONDS = 1;
    private static final int WAITING = 202;
    private static final int UNAUTHENTICATED = 401;
    private static final int MOST_POLL_SECONDS = 24 * 3600;

    private final Provisioning provisioning;
    private final Server server;
    private final Memory memory;
    private final Reporter reporter;
    private final TimeFloor time;
    private final Clock clock;
    private final RandomGenerator random;
    private final Log log;
    private final Backoff backoff;
    private Identity identity;
    private boolean isSignedIn;
    private long counter;
    private Duration due;
    private Duration last;
    private Duration took = Duration.ZERO;
    private boolean failing;
    private String fault = "";
    private Optional<CheckInAnswer> answer = Optional.empty();

    /// What a check-in tells beside who is telling.
    record Telling(
            Booted booted, Running running, Optional<UpdateProgress> update, Condition condition) {}

    Conversation(
            Provisioning provisioning,
            Server server,
            Memory memory,
            Reporter reporter,
            TimeFloor time,
            Clock clock,
            RandomGenerator random,
            Log log)
            throws IOException {
        this.provisioning = provisioning;
        this.server = server;
        this.memory = memory;
        this.reporter = reporter;
        this.time = time;
        this.clock = clock;
        this.random = random;
        this.log = log;
        this.backoff = new Backoff(Duration.ofSeconds(4), Duration.ofMinutes(10), random);
        this.identity = identity(memory);
        this.counter = memory.clock().counters();
        this.due = clock.elapsed();
        this.last = due.minus(SOONEST);
    }

    /// The key is stored before anybody hears of it: an enrolment that is cut off is repeated with
    /// the same key and token, which the server accepts.
    private static Identity identity(Memory memory) throws IOException {
        Optional<Identity> known = memory.identity();
        if (known.isPresent()) return known.get();
        var fresh = new Identity(PrivateKey.generate(), Optional.empty(), JsonObject.EMPTY);
        memory.store(fresh);
        return fresh;
    }

    Identity identity() {
        return identity;
    }

    Provisioning provisioning() {
        return provisioning;
    }

    Server server() {
        return server;
    }

    /// Whether the server said, since the agent started, what this device shall run.
    boolean hasHeard() {
        return answer.isPresent();
    }

    Optional<Assignment> assignment() {
        return answer.flatMap(CheckInAnswer::assignment);
    }

    /// Where content may be read too, as the server said last.
    List<ContentMirror> mirrors() {
        return answer.map(CheckInAnswer::mirrors).orElse(List.of());
    }

    /// Why the last exchange failed; empty after a good one.
    String fault() {
        return fault;
    }

    Duration untilDue() {
        Duration left = due.minus(clock.elapsed());
        return left.isNegative() ? Duration.ZERO : left;
    }

    /// Something happened that the server should know: the next check-in is now, unless the server
    /// is not answering anyway.
    void soon() {
        dueAfter(SOONEST);
    }

    /// As [#soon], for news that can wait where the link is slow.
    void soonIfCheap() {
        Duration share = took.multipliedBy(SHARE_OF_LINK);
        dueAfter(share.compareTo(SOONEST) > 0 ? share : SOONEST);
    }

    private void dueAfter(Duration pause) {
        if (failing) return;
        Duration soonest = last.plus(pause);
        Duration now = clock.elapsed();
        due = soonest.compareTo(now) > 0 ? soonest : now;
    }

    /// As [#soon], and at once: the last word before a reboot.
    void now() {
        if (!failing) due = clock.elapsed();
    }

    /// Checks in and hands in reports, when it is time to.
    void converse(Telling telling) {
        if (!untilDue().isZero()) return;
        try {
            signIn();
            checkIn(telling);
            reporter.send(server);
            renewWhenDue();
            backoff.success();
            failing = false;
            fault = "";
        } catch (IOException failed) {
            Duration asked =
                    failed instanceof Server.Refusal refusal ? refusal.retryAfter() : Duration.ZERO;
            Duration pause = backoff.afterFault(asked);
            due = clock.elapsed().plus(pause);
            failing = true;
            fault = String.valueOf(failed.getMessage());
            log.warn("server: " + fault + "; next attempt in " + pause.toSeconds() + " s");
        }
    }

    /// The name under which the device calls: asked for when there is none yet.
    private void signIn() throws IOException {
        if (identity.certificate().isEmpty()) {
            enrol();
        } else if (!isSignedIn) {
            server.signIn(identity.key(), identity.certificate().get());
        }
        isSignedIn = true;
    }

    private void enrol() throws IOException {
        try {
            take(server.enrol(request()));
        } catch (Server.Refusal refusal) {
            if (refusal.status() != WAITING) throw refusal;
            throw new Server.Refusal(
                    WAITING,
                    refusal.retryAfter(),
                    "somebody has to let this device in: its code is " + identity.code());
        }
        log.info("enrolled as " + identity.device().orElseThrow());
    }

    private byte[] request() {
        return CertificateRequest.write(
                identity.key(),
                new HardwareUrn(
                        provisioning.fleet(), provisioning.deviceType(), provisioning.revision()));
    }

    /// A certificate is stored before it is shown to anybody.
    private void take(DeviceCertificate given) throws IOException {
        if (!given.isOf(identity.key().publicKey())
                || !given.name().fleet().equals(provisioning.fleet())) {
            throw new IOException(
                    "the server gave a certificate of another key or fleet: "
                            + given.name()
                            + "; ask its operator");
        }
        Identity named = identity.with(given);
        memory.store(named);
        identity = named;
        server.signIn(named.key(), given);
    }

    /// By the server's clock, which is the one that the certificate is judged by. A renewal that
    /// fails is tried again after the next check-in, and there is a third of a life for that.
    private void renewWhenDue() {
        Optional<DeviceCertificate> present = identity.certificate();
        if (present.isEmpty() || answer.isEmpty()) return;
        if (answer.get().serverTime().isBefore(present.get().renewal())) return;
        try {
            take(server.renew(request()));
            log.info("certificate renewed, good until " + identity.certificate().get().until());
        } catch (IOException failed) {
            log.warn(
                    "the certificate, good until "
                            + present.get().until()
                            + ", could not be renewed: "
                            + failed.getMessage());
        }
    }

    /// A server that does not take our certificate, because it expired or was issued by an
    /// authority that is gone, knows the key: it gives another one.
    private void checkIn(Telling telling) throws IOException {
        try {
            checkInAs(identity.device().orElseThrow(), telling);
        } catch (Server.Refusal refusal) {
            if (refusal.status() != UNAUTHENTICATED) throw refusal;
            log.warn("the certificate is not taken (" + refusal.getMessage() + "): asking anew");
            enrol();
            checkInAs(identity.device().orElseThrow(), telling);
        }
    }

    private void checkInAs(DeviceId device, Telling telling) throws IOException {
        last = clock.elapsed();
        var checkIn =
                new CheckIn(
                        Protocol.VERSION,
                        CAPABILITIES,
                        provisioning.fleet(),
                        device,
                        telling.booted().id(),
                        nextCounter(),
                        time.now(),
                        telling.running(),
                        telling.update(),
                        telling.condition());
        CheckInAnswer given = server.checkIn(checkIn);
        took = clock.elapsed().minus(last);
        time.heard(given.serverTime());
        answer = Optional.of(given);
        int poll = Math.clamp(given.pollSeconds(), LEAST_POLL_SECONDS, MOST_POLL_SECONDS);
        due = clock.elapsed().plus(Backoff.spread(Duration.ofSeconds(poll), random));
    }

    private long nextCounter() throws IOException {
        ClockRecord stored = memory.clock();
        if (counter >= stored.counters()) {
            memory.store(stored.withCounters(counter + COUNTER_BLOCK));
        }
        return counter++;
    }
}

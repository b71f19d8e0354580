// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.FleetId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/// How devices join. A token is good for one device and until it expires. A device that lost power
/// or the answer in the middle comes again with the same token *and the same key*: it is the same
/// device, and gets a new credential. Everybody else with a used token is refused.
public final class Enrolment {
    private static final int SECRET_BYTES = 32;

    private final FleetId fleet;
    private final Registry registry;
    private final Journal journal;
    private final FleetOptions options;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final FleetListener listener;
    private final Map<Digest, EnrolmentToken> tokens = new ConcurrentHashMap<>();

    /// A new token: the only time that it is seen.
    public record IssuedToken(String token, EnrolmentToken kept) {}

    /// A device that joined.
    ///
    /// @param credential the only time that it is seen
    public record Enrolled(Device device, String credential) {}

    Enrolment(
            FleetId fleet,
            Registry registry,
            Journal journal,
            FleetOptions options,
            InstantSource clock,
            RandomGenerator random,
            FleetListener listener,
            List<EnrolmentToken> kept) {
        this.fleet = fleet;
        this.registry = registry;
        this.journal = journal;
        this.options = options;
        this.clock = clock;
        this.random = random;
        this.listener = listener;
        for (EnrolmentToken token : kept) tokens.put(token.digest(), token);
    }

    public IssuedToken createToken(Duration validity, String note) {
        String text = secret("enrol");
        Instant now = clock.instant();
        var token =
                new EnrolmentToken(digest(text), note, now, now.plus(validity), Optional.empty());
        journal.now(List.of(new FleetChange.TokenKept(token)));
        tokens.put(token.digest(), token);
        return new IssuedToken(text, token);
    }

    /// Forgets the tokens that expired before `than`; nobody could come with them any more.
    void forgetOlder(Instant than) {
        tokens.values().removeIf(token -> token.expiresAt().isBefore(than));
    }

    /// All tokens, newest first.
    public List<EnrolmentToken> tokens() {
        Collection<EnrolmentToken> all = tokens.values();
        return all.stream()
                .sorted(Comparator.comparing(EnrolmentToken::createdAt).reversed())
                .toList();
    }

    /// Enrols the device that holds `publicKey`; that it holds it was proved before.
    public Enrolled enrol(String token, byte[] publicKey, DeviceType type, int revision) {
        Digest digest = digest(token);
        Instant now = clock.instant();
        // one enrolment at a time: two devices with one token must not both find it unused
        synchronized (tokens) {
            EnrolmentToken known = tokens.get(digest);
            if (known == null || known.isExpired(now)) throw new FleetException.EnrolmentRefused();
            if (known.usedBy().isEmpty()) return first(known, publicKey, type, revision, now);
            return again(known.usedBy().get(), publicKey);
        }
    }

    private Enrolled first(
            EnrolmentToken token, byte[] publicKey, DeviceType type, int revision, Instant now) {
        String credential = secret("device");
        DeviceId id = DeviceId.random(random);
        var device =
                new Device(
                        fleet,
                        id,
                        type,
                        revision,
                        publicKey,
                        digest(credential),
                        token.digest(),
                        now);
        EnrolmentToken used = token.used(id);
        var event =
                new DeviceEvent(
                        id,
                        now,
                        DeviceEvent.Kind.ENROLLED,
                        "enrolled as " + type + " revision " + revision);
        journal.now(
                List.of(
                        new FleetChange.DeviceKept(device),
                        new FleetChange.TokenKept(used),
                        new FleetChange.EventHappened(event, options.retention().events())));
        registry.put(new LiveDevice(device, DeviceState.unknown(id)));
        tokens.put(token.digest(), used);
        listener.changed(new FleetListener.News.DeviceChanged(id));
        return new Enrolled(device, credential);
    }

    private Enrolled again(DeviceId id, byte[] publicKey) {
        LiveDevice live = registry.require(id);
        live.lock.lock();
        try {
            if (!Arrays.equals(live.device.publicKey(), publicKey)) {
                throw new FleetException.EnrolmentRefused();
            }
            String credential = secret("device");
            Device device = live.device.with(digest(credential));
            journal.now(List.of(new FleetChange.DeviceKept(device)));
            registry.renew(live, device);
            return new Enrolled(device, credential);
        } finally {
            live.lock.unlock();
        }
    }

    private String secret(String use) {
        var bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return use
                + "."
                + fleet
                + "."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static Digest digest(String secret) {
        return Digest.of(secret.getBytes(StandardCharsets.UTF_8));
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.HardwareUrn;
import dev.evenkeel.core.KeyCode;
import dev.evenkeel.core.MalformedInput;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/// How devices join. A key is a device: whoever proves to hold a known key is that device, so one
/// that lost power or the answer in the middle, or whose certificate expired in a drawer, comes
/// again and is the same. A stranger needs leave ([Leave]), and each leave is good for one key:
/// everybody else who comes with it is refused.
public final class Enrolment {
    private static final int SECRET_BYTES = 32;
    private static final Duration APPROVAL_LASTS = Duration.ofDays(1);

    private final FleetId fleet;
    private final Registry registry;
    private final Journal journal;
    private final FleetOptions options;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final FleetListener listener;
    private final WaitingRoom waiting = new WaitingRoom();
    private final Map<Digest, EnrolmentToken> tokens = new ConcurrentHashMap<>();
    private final Map<Digest, ExpectedKey> expected = new ConcurrentHashMap<>();

    /// A new token: the only time that it is seen.
    public record IssuedToken(String token, EnrolmentToken kept) {}

    Enrolment(
            FleetId fleet,
            Registry registry,
            Journal journal,
            FleetOptions options,
            InstantSource clock,
            RandomGenerator random,
            FleetListener listener,
            FleetRepository.Kept kept) {
        this.fleet = fleet;
        this.registry = registry;
        this.journal = journal;
        this.options = options;
        this.clock = clock;
        this.random = random;
        this.listener = listener;
        for (EnrolmentToken token : kept.tokens()) tokens.put(token.digest(), token);
        for (ExpectedKey key : kept.expectedKeys()) expected.put(key.fingerprint(), key);
    }

    public IssuedToken createToken(Duration validity, String note) {
        String text = secret();
        Instant now = clock.instant();
        var token =
                new EnrolmentToken(digest(text), note, now, now.plus(validity), Optional.empty());
        journal.now(List.of(new FleetChange.TokenKept(token)));
        tokens.put(token.digest(), token);
        return new IssuedToken(text, token);
    }

    /// The device that holds this key may come.
    public ExpectedKey expect(Digest fingerprint, Duration validity, String note) {
        return expect(fingerprint, Way.FINGERPRINT, validity, note);
    }

    /// Lets in the device that waits and shows this code.
    public ExpectedKey approve(KeyCode code, String note) {
        Waiting who =
                waiting.find(code, clock.instant())
                        .orElseThrow(() ->
                                new FleetException.Unknown(
                                        "no device waits with the code "
                                                + code
                                                + "; compare it with what 'evenkeel-agent status'"
                                                + " shows on the device"));
        ExpectedKey key = expect(who.fingerprint(), Way.APPROVAL, APPROVAL_LASTS, note);
        waiting.leave(who.fingerprint());
        return key;
    }

    private ExpectedKey expect(Digest fingerprint, Way way, Duration validity, String note) {
        if (registry.holderOf(fingerprint).isPresent()) {
            throw new FleetException.Contradiction(
                    "the key " + fingerprint.brief() + " is one of a device of this fleet already");
        }
        Instant now = clock.instant();
        var key =
                new ExpectedKey(fingerprint, way, note, now, now.plus(validity), Optional.empty());
        journal.now(List.of(new FleetChange.ExpectedKeyKept(key)));
        expected.put(fingerprint, key);
        return key;
    }

    /// Forgets the leaves that expired before `than`; nobody could come with them any more.
    void forgetOlder(Instant than) {
        tokens.values().removeIf(token -> token.expiresAt().isBefore(than));
        expected.values().removeIf(key -> key.expiresAt().isBefore(than));
    }

    /// All tokens, newest first.
    public List<EnrolmentToken> tokens() {
        Collection<EnrolmentToken> all = tokens.values();
        return all.stream()
                .sorted(Comparator.comparing(EnrolmentToken::createdAt).reversed())
                .toList();
    }

    /// All expected keys, newest first.
    public List<ExpectedKey> expectedKeys() {
        Collection<ExpectedKey> all = expected.values();
        return all.stream()
                .sorted(Comparator.comparing(ExpectedKey::createdAt).reversed())
                .toList();
    }

    /// Who waits for a person, longest first.
    public List<Waiting> waiting() {
        return waiting.all(clock.instant());
    }

    /// Makes a certificate; what it gives is kept before the certificate is handed out.
    @FunctionalInterface
    public interface Issuer {
        Device.Certificate issue(Device device);
    }

    /// Says which device the applicant is, making it one where its leave is good, and certifies it.
    /// A new device, its used leave and its first certificate become durable together, or none of
    /// them.
    public Admittance admit(Applicant applicant, Leave leave, Issuer issuer) {
        // one at a time: two devices with one leave must not both find it unused
        synchronized (tokens) {
            Optional<LiveDevice> known = registry.holderOf(applicant.fingerprint());
            if (known.isPresent()) return again(known.get(), issuer);
            return switch (leave) {
                case Leave.Token(String text) -> byToken(applicant, text, issuer);
                case Leave.Factory(Digest certificate) -> byFactory(applicant, certificate, issuer);
                case Leave.Key _ -> byKey(applicant, issuer);
            };
        }
    }

    private Admittance again(LiveDevice live, Issuer issuer) {
        Standing.requireGood(live);
        return new Admittance.Admitted(
                certify(
                        live.device.id(),
                        issuer,
                        "came again with its known key and was certified"));
    }

    private Admittance byToken(Applicant applicant, String text, Issuer issuer) {
        EnrolmentToken token = tokens.get(digest(text));
        Instant now = clock.instant();
        if (token == null || token.isExpired(now) || token.usedBy().isPresent()) {
            throw new FleetException.EnrolmentRefused();
        }
        DeviceId id = DeviceId.random(random);
        EnrolmentToken used = token.used(id);
        Admittance admitted =
                first(
                        id,
                        applicant,
                        issuer,
                        new Device.Admission(Way.TOKEN, token.digest()),
                        new FleetChange.TokenKept(used));
        tokens.put(token.digest(), used);
        return admitted;
    }

    private Admittance byFactory(Applicant applicant, Digest certificate, Issuer issuer) {
        var admission = new Device.Admission(Way.FACTORY, certificate);
        Optional<LiveDevice> holder =
                registry.all().stream()
                        .filter(live -> live.device.admission().equals(admission))
                        .filter(live -> live.device.revoked().isEmpty())
                        .findFirst();
        if (holder.isPresent()) {
            throw new FleetException.Contradiction(
                    "the factory certificate "
                            + certificate.brief()
                            + " brought device "
                            + holder.get().device.id()
                            + " in, with another key; if that is this machine, wiped, revoke that"
                            + " device first");
        }
        return first(DeviceId.random(random), applicant, issuer, admission);
    }

    private Admittance byKey(Applicant applicant, Issuer issuer) {
        Instant now = clock.instant();
        ExpectedKey key = expected.get(applicant.fingerprint());
        if (key == null || key.isExpired(now) || key.usedBy().isPresent()) {
            return byPerson(applicant, now);
        }
        DeviceId id = DeviceId.random(random);
        ExpectedKey used = key.used(id);
        Admittance admitted =
                first(
                        id,
                        applicant,
                        issuer,
                        new Device.Admission(key.way(), key.fingerprint()),
                        new FleetChange.ExpectedKeyKept(used));
        expected.put(key.fingerprint(), used);
        return admitted;
    }

    private Admittance byPerson(Applicant applicant, Instant now) {
        if (!options.approvals()) throw new FleetException.EnrolmentRefused();
        var who =
                new Waiting(
                        KeyCode.of(applicant.fingerprint()),
                        applicant.fingerprint(),
                        hardware(applicant),
                        applicant.address(),
                        now);
        if (!waiting.enter(who, now)) throw new FleetException.WaitingRoomFull();
        return new Admittance.NotYet(who.code(), (int) WaitingRoom.ASKS_EVERY.toSeconds());
    }

    private HardwareUrn hardware(Applicant applicant) {
        HardwareUrn hardware =
                applicant
                        .hardware()
                        .orElseThrow(() ->
                                new MalformedInput(
                                        "the request names no hardware: expected one alternative"
                                                + " name 'URI:urn:evenkeel:"
                                                + fleet
                                                + ":hardware:<device type>:<revision>'"));
        if (!hardware.fleet().equals(fleet)) {
            throw new MalformedInput(
                    "the request is for fleet " + hardware.fleet() + ", this is " + fleet);
        }
        return hardware;
    }

    private Admittance first(
            DeviceId id,
            Applicant applicant,
            Issuer issuer,
            Device.Admission admission,
            FleetChange... used) {
        HardwareUrn hardware = hardware(applicant);
        Instant now = clock.instant();
        var newcomer =
                new Device(
                        fleet,
                        id,
                        hardware.type(),
                        hardware.revision(),
                        applicant.publicKey(),
                        admission,
                        now,
                        Optional.empty(),
                        Optional.empty());
        Device.Certificate certificate = issuer.issue(newcomer);
        Device device = newcomer.with(certificate);
        var event =
                new DeviceEvent(
                        id,
                        now,
                        DeviceEvent.Kind.ENROLLED,
                        "enrolled as "
                                + hardware.type()
                                + " revision "
                                + hardware.revision()
                                + inWords(admission.way()));
        var changes = new ArrayList<FleetChange>(List.of(used));
        changes.add(new FleetChange.DeviceKept(device));
        changes.add(new FleetChange.EventHappened(event, options.retention().events()));
        changes.add(happened(id, certificate, "certified"));
        journal.now(changes);
        registry.put(new LiveDevice(device, DeviceState.unknown(id)));
        listener.changed(new FleetListener.News.DeviceChanged(id));
        return new Admittance.Admitted(device);
    }

    private static String inWords(Way way) {
        return switch (way) {
            case TOKEN -> "";
            case FACTORY -> ", by its factory certificate";
            case FINGERPRINT -> ", by its key, which was expected";
            case APPROVAL -> ", approved by a person";
        };
    }

    /// Makes the device's next certificate; durable before it is handed out.
    ///
    /// @param how in words, for the timeline
    public Device certify(DeviceId id, Issuer issuer, String how) {
        LiveDevice live = registry.require(id);
        live.lock.lock();
        try {
            Device.Certificate issued = issuer.issue(live.device);
            Device device = live.device.with(issued);
            journal.now(List.of(new FleetChange.DeviceKept(device), happened(id, issued, how)));
            live.device = device;
            listener.changed(new FleetListener.News.DeviceChanged(id));
            return device;
        } finally {
            live.lock.unlock();
        }
    }

    private FleetChange happened(DeviceId id, Device.Certificate issued, String how) {
        var event =
                new DeviceEvent(
                        id,
                        issued.issuedAt(),
                        DeviceEvent.Kind.CERTIFICATE,
                        how
                                + ": certificate until "
                                + issued.expiresAt().truncatedTo(ChronoUnit.SECONDS));
        return new FleetChange.EventHappened(event, options.retention().events());
    }

    private String secret() {
        var bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return "enrol."
                + fleet
                + "."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static Digest digest(String secret) {
        return Digest.of(secret.getBytes(StandardCharsets.UTF_8));
    }
}

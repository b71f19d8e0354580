// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.DeviceTime;
import dev.evenkeel.core.Dsse;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.trust.SignedFile.RoleSignature;
import dev.evenkeel.trust.TrustException.ForeignFleet;
import dev.evenkeel.trust.TrustException.MalformedMetadata;
import dev.evenkeel.trust.TrustException.NoTrustedRoot;
import dev.evenkeel.trust.TrustException.ReplayedTime;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/// What time it is by the word of the timestamp role, for a device whose clock nobody set.
///
/// 1. The answer holds the asker's nonce, so that no old one can be replayed.
/// 2. It is signed by the timestamp role of the root that the device trusts: a TLS key alone moves
///    no device's time.
/// 3. It is worth what its keys are worth: once a root withdraws one of them, what they said is no
///    floor any more. So a server whose clock was wrong is cured by a rotation of its online key,
///    which reaches a device whatever time that believes (roots are walked without a clock).
/// 4. It never makes the root itself look expired: an online key does not outrank offline ones.
///
/// @param keys the ids of those that signed
public record SignedTime(Instant time, Set<String> keys) {
    public static final String TYPE = "application/vnd.evenkeel.time+json";
    private static final int FORMAT = 1;
    private static final int NONCE_BYTES = 16;
    private static final String SUBJECT = "time answer";

    public SignedTime {
        keys = Set.copyOf(keys);
    }

    public static String nonce(RandomGenerator random) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        return HexFormat.of().formatHex(nonce);
    }

    /// The answer to `nonce`, an envelope in the role's name.
    public static byte[] answer(FleetId fleet, String nonce, Instant now, Dsse.Signer signer) {
        if (LowerHex.parse(nonce).length != NONCE_BYTES) {
            throw new MalformedInput("a nonce has " + 2 * NONCE_BYTES + " hexadecimal digits");
        }
        JsonObject said =
                JsonObject.of("type", "time")
                        .with("format", FORMAT)
                        .with("fleet", fleet.text())
                        .with("nonce", nonce)
                        .with("time", now.truncatedTo(ChronoUnit.SECONDS).toString());
        return Dsse.sign(TYPE, said.toCanonicalBytes(), signer).toBytes();
    }

    /// Asks a repository for the time, by the carrier of its metadata. Empty where it has none to
    /// give: a stick, a cache, an older server.
    public static Optional<SignedTime> ask(TrustStore store, MetadataSource source, String nonce)
            throws IOException {
        Optional<byte[]> answer = source.fetch("time/" + nonce, Limits.MESSAGE_BYTES);
        return answer.isEmpty()
                ? Optional.empty()
                : Optional.of(verified(held(store), answer.get(), nonce));
    }

    static SignedTime verified(RootTrust root, byte[] answer, String nonce) {
        try {
            Dsse envelope = Dsse.read(answer);
            RoleKeys role = root.root().role(Roles.TIMESTAMP);
            List<RoleSignature> signatures =
                    envelope.signatures().stream()
                            .limit(TrustLimits.SIGNATURES)
                            .map(one -> new RoleSignature(one.keyId(), one.bytes()))
                            .toList();
            byte[] message = envelope.signedBytes();
            role.require(SUBJECT, message, signatures);
            if (!envelope.payloadType().equals(TYPE)) {
                throw new MalformedMetadata(SUBJECT, "it is of type " + envelope.payloadType());
            }
            Set<String> keys =
                    role.signers(message, signatures).stream()
                            .map(PublicKey::id)
                            .collect(Collectors.toSet());
            return new SignedTime(time(root, envelope.payload(), nonce), keys);
        } catch (MalformedInput wrong) {
            throw new MalformedMetadata(SUBJECT, wrong);
        }
    }

    private static Instant time(RootTrust root, byte[] payload, String nonce) {
        JsonObject said = StrictJson.parseObject(payload, Limits.MESSAGE_BYTES);
        if (!said.text("type").equals("time")) throw new MalformedInput("it is no time");
        said.requireFormat(FORMAT);
        if (!said.text("nonce").equals(nonce)) throw new ReplayedTime(nonce, said.text("nonce"));
        var fleet = new FleetId(said.text("fleet"));
        if (root.fleet() != null && !fleet.equals(root.fleet())) {
            throw new ForeignFleet(SUBJECT, root.fleet(), fleet);
        }
        return DeviceTime.parseInstant(said.text("time"));
    }

    /// What it is worth under the root that `store` holds now: empty when that withdrew a key.
    public Optional<Instant> worth(TrustStore store) {
        RootTrust root = held(store);
        Set<String> allowed =
                root.root().role(Roles.TIMESTAMP).keys().values().stream()
                        .map(PublicKey::id)
                        .collect(Collectors.toSet());
        if (keys.isEmpty() || !allowed.containsAll(keys)) return Optional.empty();
        Instant latest = root.root().header().expires().minusSeconds(1);
        return Optional.of(time.isAfter(latest) ? latest : time);
    }

    private static RootTrust held(TrustStore store) {
        return RootTrust.held(store.load(Roles.ROOT).orElseThrow(NoTrustedRoot::new));
    }
}

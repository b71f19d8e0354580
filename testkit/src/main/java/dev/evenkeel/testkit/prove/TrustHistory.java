// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.trust.KeyChanges;
import dev.evenkeel.trust.MetadataPublisher;
import dev.evenkeel.trust.NamedKey;
import dev.evenkeel.trust.PrivateKey;
import dev.evenkeel.trust.SignedTime;
import dev.evenkeel.trust.Signer;
import dev.evenkeel.trust.SigningKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The metadata of one repository at three times, each signed for real: under its first root; as a
/// thief of the online keys signs them, with versions and times that nobody could go below; and
/// after two rotations, which withdraw those keys and then the root's own.
final class TrustHistory {
    /// Which metadata, and whose word on the time.
    enum Age {
        FIRST,
        STOLEN,
        ROTATED
    }

    /// What the thief says that it is. His metadata are good until later, the honest ones are not.
    static final Instant STOLEN_TIME = World.NOW.plus(Duration.ofDays(300));

    private static final Duration STOLEN_LIFE = Duration.ofDays(360);
    private static final long STOLEN_VERSION = 1_000_000;
    private static final String TIMESTAMP = "timestamp";
    private static final String SNAPSHOT = "snapshot";

    private final FleetId fleet;
    private final Map<Age, Map<String, byte[]>> files = new EnumMap<>(Age.class);
    private final Map<Age, Signer> clocks = new EnumMap<>(Age.class);
    private final byte[] newestRoot;

    private TrustHistory(FleetId fleet, byte[] newestRoot) {
        this.fleet = fleet;
        this.newestRoot = newestRoot;
    }

    /// Lets it happen to the repository in `folder`, which is left rotated.
    static TrustHistory of(
            FleetId fleet, Path folder, MetadataPublisher publisher, SigningKeys keys)
            throws IOException {
        Map<String, byte[]> first = read(folder);
        PrivateKey oldClock = keys.signer(TIMESTAMP);
        Map<String, byte[]> stolen = stolen(first, oldClock, keys.signer(SNAPSHOT));
        Signer newClock = rotate(publisher, keys);
        Map<String, byte[]> rotated = read(folder);
        var history = new TrustHistory(fleet, publisher.root());
        history.files.put(Age.FIRST, first);
        history.files.put(Age.STOLEN, stolen);
        history.files.put(Age.ROTATED, rotated);
        history.clocks.put(Age.FIRST, oldClock);
        history.clocks.put(Age.STOLEN, oldClock);
        history.clocks.put(Age.ROTATED, newClock);
        return history;
    }

    /// A file below `metadata/`; empty where there is none.
    Optional<byte[]> file(Age age, String name) {
        return Optional.ofNullable(filesOf(age).get(name));
    }

    /// The thief's word, which is worth nothing once its key is withdrawn.
    byte[] stolenTimestamp() {
        return file(Age.STOLEN, TIMESTAMP + ".json").orElseThrow();
    }

    byte[] time(Age age, String nonce, Instant now) {
        Signer clock = clocks.get(age);
        if (clock == null) throw new IllegalStateException("every age has a clock");
        return SignedTime.answer(fleet, nonce, now, clock);
    }

    boolean isNewestRoot(byte[] root) {
        return Arrays.equals(root, newestRoot);
    }

    private Map<String, byte[]> filesOf(Age age) {
        Map<String, byte[]> all = files.get(age);
        if (all == null) throw new IllegalStateException("every age has metadata");
        return all;
    }

    /// The online keys are replaced, then the root's.
    ///
    /// @return who signs the time from now on
    private static Signer rotate(MetadataPublisher publisher, SigningKeys keys) throws IOException {
        var timestamp = new NamedKey(keys.addOnlineKey(TIMESTAMP), "server");
        var snapshot = new NamedKey(keys.addOnlineKey(SNAPSHOT), "server");
        publisher.accept(
                KeyChanges.to(publisher.files())
                        .replace(TIMESTAMP, 1, List.of(timestamp))
                        .replace(SNAPSHOT, 1, List.of(snapshot))
                        .request(World.NOW),
                World.NOW);
        PrivateKey root = PrivateKey.generate();
        publisher.accept(
                KeyChanges.to(publisher.files())
                        .replace("root", 1, List.of(new NamedKey(root.publicKey(), "owner")))
                        .request(World.NOW)
                        .signedBy(root),
                World.NOW);
        return keys.publicKeys().entrySet().stream()
                .filter(one -> one.getValue().equals(timestamp.key()))
                .map(one -> keys.signer(one.getKey()))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, byte[]> stolen(
            Map<String, byte[]> first, Signer timestampKey, Signer snapshotKey) {
        JsonObject timestamp = signedOf(first, TIMESTAMP + ".json");
        long version = timestamp.object("meta").object(SNAPSHOT + ".json").smallInteger("version");
        JsonObject snapshot = forged(signedOf(first, version + "." + SNAPSHOT + ".json"));
        byte[] snapshotFile = signed(snapshot, snapshotKey);
        JsonObject named =
                JsonObject.of("hashes", JsonObject.of("sha256", Digest.of(snapshotFile).hex()))
                        .with("length", snapshotFile.length)
                        .with("version", STOLEN_VERSION);
        JsonObject meta = JsonObject.of(SNAPSHOT + ".json", named);
        var all = new HashMap<>(first);
        all.put(STOLEN_VERSION + "." + SNAPSHOT + ".json", snapshotFile);
        all.put(TIMESTAMP + ".json", signed(forged(timestamp).with("meta", meta), timestampKey));
        return all;
    }

    private static JsonObject forged(JsonObject honest) {
        return honest.with("version", STOLEN_VERSION)
                .with("expires", World.NOW.plus(STOLEN_LIFE).toString());
    }

    private static JsonObject signedOf(Map<String, byte[]> files, String name) {
        byte[] file = files.get(name);
        if (file == null) throw new IllegalStateException("the repository has no " + name);
        return StrictJson.parseObject(file, Limits.METADATA_BYTES).object("signed");
    }

    private static byte[] signed(JsonObject signed, Signer key) {
        JsonObject signature =
                JsonObject.of("keyid", key.keyId())
                        .with("sig", HexFormat.of().formatHex(key.sign(signed.toCanonicalBytes())));
        return JsonObject.of("signatures", new JsonArray(List.<Json>of(signature)))
                .with("signed", signed)
                .toCanonicalBytes();
    }

    private static Map<String, byte[]> read(Path repository) throws IOException {
        var all = new HashMap<String, byte[]>();
        try (Stream<Path> found = Files.list(repository.resolve("metadata"))) {
            for (Path file : found.filter(Files::isRegularFile).toList()) {
                all.put(String.valueOf(file.getFileName()), Files.readAllBytes(file));
            }
        }
        return all;
    }
}

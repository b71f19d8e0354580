// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.trust.TrustException.SigningRefused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// People change keys of a live repository, with devices in the field that come along from the root
/// that they were provisioned with.
class CeremonyTest {
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final FleetId FLEET = new FleetId("harbour");
    private static final String TARGET = "channels/prod/qemu-x86/1.1.json";
    private static final byte[] MANIFEST = "manifest of 1.1".getBytes(UTF_8);

    @TempDir Path temporary;
    private Path repository;
    private SigningKeys keys;
    private MetadataPublisher publisher;
    private MemoryStore device;
    private final PrivateKey alice = TestKeys.named("alice");
    private final PrivateKey bob = TestKeys.named("bob");
    private final PrivateKey carol = TestKeys.named("carol");

    @BeforeEach
    void a_repository_with_development_keys_and_a_device_of_its_first_day() throws IOException {
        repository = temporary.resolve("repository");
        keys = SigningKeys.createDevelopment(temporary.resolve("keys"));
        publisher = new MetadataPublisher(repository, keys);
        publisher.initialise(FLEET, List.of(new Channel("dev"), new Channel("prod")), NOW);
        device = MemoryStore.provisionedWith(publisher.root());
    }

    private static List<NamedKey> three(PrivateKey a, PrivateKey b, PrivateKey c) {
        return List.of(
                new NamedKey(a.publicKey(), "alice"),
                new NamedKey(b.publicKey(), "bob"),
                new NamedKey(c.publicKey(), "carol"));
    }

    private KeyChanges changes() throws IOException {
        return KeyChanges.to(TrustFiles.read(publisher.files().toJson().toCanonicalBytes()));
    }

    /// Two of three for root, targets and prod, as `--production` asks for.
    private SigningRequest production() throws IOException {
        List<NamedKey> people = three(alice, bob, carol);
        return changes()
                .replace(Roles.ROOT, 2, people)
                .replace(Roles.TARGETS, 2, people)
                .replace("channel-prod", 2, people)
                .request(NOW);
    }

    private void goToProduction() throws IOException {
        publisher.accept(production().signedBy(alice).signedBy(bob), NOW);
    }

    /// As it goes from machine to machine.
    private static SigningRequest travelled(SigningRequest request) {
        return SigningRequest.read(request.toBytes());
    }

    private Optional<TargetFile> find(MemoryStore store, Instant now) throws IOException {
        var source = MetadataSource.ofFolder(repository.resolve("metadata"));
        return new TufClient(store, source).refresh(now).find(TARGET);
    }

    @Test
    void a_device_follows_from_development_keys_to_two_of_three_signers() throws IOException {
        assertThat(find(device, NOW)).isEmpty();
        SigningRequest request = production();
        SigningRequest one = travelled(travelled(request).signedBy(alice));
        SigningRequest two = travelled(travelled(request).signedBy(carol));
        assertThat(one.isComplete()).isFalse();
        publisher.accept(one.mergedWith(two), NOW);
        assertThat(find(device, NOW)).isEmpty();
        assertThat(keys.isDevelopment()).isFalse();
        assertThat(publisher.root()).isEqualTo(device.load("root").orElseThrow());
    }

    @Test
    void what_would_change_is_told_in_words_from_the_signed_bytes() throws IOException {
        assertThat(production().words())
                .contains(
                        "root: version 1 -> 2, valid until 2029-05-31T12:00:00Z",
                        "  root: + key of alice (" + alice.publicKey() + ")",
                        "  root: threshold 1 -> 2 of 3 keys",
                        "  channel-prod: threshold 1 -> 2 of 3 keys");
        JsonObject file = StrictJson.parseObject(production().toBytes(), 1 << 20);
        JsonObject lying =
                file.with("would_change", new dev.evenkeel.core.json.JsonText("nothing at all"));
        assertThat(SigningRequest.read(lying.toCanonicalBytes()).words())
                .isEqualTo(production().words());
    }

    /// Whoever makes the request would hide a line from who reads it before signing.
    @Test
    void names_in_a_request_cannot_steer_the_terminal_of_who_signs() throws IOException {
        String file = new String(production().toBytes(), UTF_8);
        String steering = file.replace("\"alice\"", "\"ali\\u001b[2K\\rce\"");
        SigningRequest request = SigningRequest.read(steering.getBytes(UTF_8));
        assertThat(String.join("", request.words())).contains("ali<U+1B>[2K<U+D>ce");
        assertThat(request.needs())
                .allSatisfy(need -> assertThat(need.told()).doesNotContain("\r"));
    }

    @Test
    void key_compromise_below_threshold_one_signature_of_two_publishes_nothing()
            throws IOException {
        goToProduction();
        Map<Path, String> before = contents();
        SigningRequest request = changes().renew(Roles.ROOT).request(NOW);
        SigningRequest one = request.signedBy(alice);
        assertThatThrownBy(() -> publisher.accept(one, NOW))
                .isInstanceOf(SigningRefused.class)
                .hasMessageContaining("root 3 has 1 of 2 signatures by the root in force")
                .hasMessageContaining("may sign: bob (ed25519:")
                .hasMessageContaining("carol (ed25519:");
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void key_compromise_below_threshold_a_request_that_names_fewer_signers_decides_nothing()
            throws IOException {
        goToProduction();
        JsonObject honest =
                StrictJson.parseObject(changes().renew(Roles.ROOT).request(NOW).toBytes(), 1 << 20);
        JsonObject part = honest.array("parts").objects().getFirst();
        JsonObject need = part.array("needs").objects().getFirst().with("threshold", 1);
        JsonObject forged =
                honest.with(
                        "parts",
                        new dev.evenkeel.core.json.JsonArray(
                                List.of(
                                        part.with(
                                                "needs",
                                                new dev.evenkeel.core.json.JsonArray(
                                                        List.of(need))))));
        SigningRequest request = SigningRequest.read(forged.toCanonicalBytes()).signedBy(alice);
        assertThat(request.isComplete()).isTrue();
        assertThatThrownBy(() -> publisher.accept(request, NOW))
                .isInstanceOf(TrustException.TooFewSignatures.class);
    }

    @Test
    void a_second_signature_by_one_key_and_one_by_a_stranger_are_told() throws IOException {
        SigningRequest one = production().signedBy(alice);
        assertThatThrownBy(() -> one.signedBy(alice))
                .isInstanceOf(SigningRefused.class)
                .hasMessageContaining("signed it already");
        assertThatThrownBy(() -> one.signedBy(TestKeys.named("mallory")))
                .isInstanceOf(SigningRefused.class)
                .hasMessageContaining("is none of those that may sign it");
        assertThat(one.mergedWith(one)).isEqualTo(one);
    }

    @Test
    void a_signature_for_other_content_is_found_when_the_file_is_read() throws IOException {
        SigningRequest good = production().signedBy(alice);
        String damaged =
                new String(good.toBytes(), UTF_8).replace("2029-05-31T12", "2039-05-31T12");
        assertThatThrownBy(() -> SigningRequest.read(damaged.getBytes(UTF_8)))
                .isInstanceOf(SigningRefused.class)
                .hasMessageContaining("it was made for other content, or damaged");
    }

    @Test
    void copies_of_different_requests_are_not_merged() throws IOException {
        SigningRequest other = changes().renew(Roles.ROOT).request(NOW);
        assertThatThrownBy(() -> production().mergedWith(other))
                .isInstanceOf(SigningRefused.class)
                .hasMessageContaining("Merge copies of one request");
    }

    @Test
    void a_request_that_was_overtaken_is_refused() throws IOException {
        goToProduction();
        SigningRequest late =
                changes().renew(Roles.TARGETS).request(NOW).signedBy(alice).signedBy(bob);
        publisher.accept(late, NOW);
        assertThatThrownBy(() -> publisher.accept(late, NOW))
                .isInstanceOf(SigningRefused.class)
                .hasMessageContaining("was made for another state of the repository");
    }

    @Test
    void promotion_to_prod_waits_for_the_signatures_of_the_prod_role() throws IOException {
        goToProduction();
        Offer offer = publisher.offer(TARGET, MANIFEST, NOW);
        assertThat(offer).isInstanceOf(Offer.Waiting.class);
        assertThat(((Offer.Waiting) offer).told())
                .contains("channel prod waits for channel-prod 3 has 0 of 2 signatures")
                .contains("alice");
        assertThat(find(device, NOW)).isEmpty();
        assertThat(publisher.waiting()).containsOnlyKeys("channel-prod");

        SigningRequest request = travelled(publisher.request("channel-prod", NOW));
        assertThat(request.words()).anyMatch(line -> line.startsWith("  + releases " + TARGET));
        publisher.accept(request.signedBy(bob).signedBy(carol), NOW);
        assertThat(find(device, NOW)).contains(TargetFile.of(TARGET, MANIFEST));
        assertThat(publisher.waiting()).isEmpty();
        assertThat(publisher.offer(TARGET, MANIFEST, NOW)).isInstanceOf(Offer.Published.class);
    }

    @Test
    void a_server_alone_still_publishes_in_dev_and_renews_its_own_roles() throws IOException {
        goToProduction();
        publisher.publish("channels/dev/qemu-x86/1.2.json", MANIFEST, NOW);
        Instant later = NOW.plus(Duration.ofDays(20));
        assertThat(publisher.renewOnline(later)).isTrue();
        assertThat(find(device, later)).isEmpty();
    }

    @Test
    void a_stolen_online_key_is_replaced_without_touching_devices() throws IOException {
        goToProduction();
        find(device, NOW);
        PublicKey fresh = keys.addOnlineKey(Roles.TIMESTAMP);
        SigningRequest request =
                changes()
                        .replace(Roles.TIMESTAMP, 1, List.of(new NamedKey(fresh, "server")))
                        .request(NOW);
        publisher.accept(request.signedBy(alice).signedBy(carol), NOW);
        assertThat(find(device, NOW)).isEmpty();
        byte[] stolen =
                SignedFile.sign(
                        StrictJson.parseObject(device.load("timestamp").orElseThrow(), 1 << 20)
                                .object("signed")
                                .with("version", 1000L),
                        List.of(keys.signer(Roles.TIMESTAMP)));
        Files.write(repository.resolve("metadata/timestamp.json"), stolen);
        assertThatThrownBy(() -> find(device, NOW))
                .isInstanceOf(TrustException.TooFewSignatures.class);
    }

    @Test
    void the_time_is_signed_with_the_key_that_the_newest_root_names() throws IOException {
        PublicKey fresh = keys.addOnlineKey(Roles.TIMESTAMP);
        String nonce = "0a".repeat(16);
        SigningRequest request =
                changes()
                        .replace(Roles.TIMESTAMP, 1, List.of(new NamedKey(fresh, "server")))
                        .request(NOW);
        publisher.accept(request, NOW);
        find(device, NOW);

        byte[] answer = publisher.time(nonce, NOW);

        assertThat(SignedTime.ask(device, (_, _) -> Optional.of(answer), nonce).orElseThrow())
                .isEqualTo(new SignedTime(NOW, Set.of(fresh.id())));
    }

    @Test
    void a_root_whose_online_keys_the_server_does_not_have_is_refused() throws IOException {
        var elsewhere = new NamedKey(TestKeys.named("other server").publicKey(), "other");
        SigningRequest request =
                changes().replace(Roles.SNAPSHOT, 1, List.of(elsewhere)).request(NOW);
        assertThatThrownBy(() -> publisher.accept(request, NOW))
                .isInstanceOf(SigningRefused.class)
                .hasMessageContaining("could not go on by itself");
    }

    @Test
    void a_revoked_key_counts_no_more_and_a_device_of_the_first_day_comes_along()
            throws IOException {
        goToProduction();
        PrivateKey dave = TestKeys.named("dave");
        SigningRequest request =
                changes().rotate("bob", new NamedKey(dave.publicKey(), "dave")).request(NOW);
        assertThat(request.words())
                .contains("  root: + key of dave (" + dave.publicKey() + ")")
                .contains("  root: - key of bob (" + bob.publicKey() + ")");
        publisher.accept(request.signedBy(alice).signedBy(carol), NOW);
        publisher.offer(TARGET, MANIFEST, NOW);
        SigningRequest prod = publisher.request("channel-prod", NOW);
        assertThatThrownBy(() -> prod.signedBy(bob)).isInstanceOf(SigningRefused.class);
        publisher.accept(prod.signedBy(dave).signedBy(alice), NOW);
        assertThat(find(device, NOW)).isPresent();
    }

    @Test
    void revoking_below_the_threshold_is_refused_before_anybody_signs() throws IOException {
        goToProduction();
        KeyChanges two = changes().revoke("bob");
        assertThat(two.request(NOW).words())
                .contains("  root: - key of bob (" + bob.publicKey() + ")");
        two.revoke("carol");
        assertThatThrownBy(() -> two.request(NOW))
                .isInstanceOf(MalformedInput.class)
                .hasMessageContaining("1 independent keys for a threshold of 2");
        assertThatThrownBy(() -> changes().revoke("nobody"))
                .isInstanceOf(MalformedInput.class)
                .hasMessageContaining("no key of this repository is named 'nobody'");
    }

    @Test
    void a_fleet_goes_from_ed25519_to_hybrid_roots_with_devices_of_every_age() throws IOException {
        goToProduction();
        publisher.offer(TARGET, MANIFEST, NOW);
        publisher.accept(publisher.request("channel-prod", NOW).signedBy(alice).signedBy(bob), NOW);
        MemoryStore awake = MemoryStore.provisionedWith(device.load("root").orElseThrow());
        List<PrivateKey> hybrids =
                List.of(
                        PrivateKey.generate(KeyType.HYBRID),
                        PrivateKey.generate(KeyType.HYBRID),
                        PrivateKey.generate(KeyType.HYBRID));

        // first both: who knows no hybrid keys yet counts the old ones
        var both = new ArrayList<>(three(alice, bob, carol));
        both.add(new NamedKey(hybrids.get(0).publicKey(), "alice 2"));
        both.add(new NamedKey(hybrids.get(1).publicKey(), "bob 2"));
        both.add(new NamedKey(hybrids.get(2).publicKey(), "carol 2"));
        SigningRequest first = changes().replace(Roles.ROOT, 2, both).request(NOW);
        publisher.accept(
                travelled(first)
                        .signedBy(alice)
                        .signedBy(bob)
                        .signedBy(hybrids.get(0))
                        .signedBy(hybrids.get(1)),
                NOW);
        assertThat(find(awake, NOW)).isPresent();
        assertThat(acceptsAsBeforeHybrid(2, 3)).isTrue();

        // then, when every device has learnt them, the hybrid keys alone
        SigningRequest last =
                changes()
                        .replace(
                                Roles.ROOT,
                                2,
                                three(hybrids.get(0), hybrids.get(1), hybrids.get(2)))
                        .request(NOW);
        publisher.accept(travelled(last).signedBy(hybrids.get(1)).signedBy(hybrids.get(2)), NOW);
        assertThat(acceptsAsBeforeHybrid(3, 4)).isFalse();

        // one device was there at each step, the other slept since its first day
        assertThat(find(awake, NOW)).isPresent();
        assertThat(find(device, NOW)).isPresent();
        assertThat(RootTrust.held(device.load("root").orElseThrow()).version()).isEqualTo(4);
        assertThat(publisher.files().toJson()).isNotNull();
        SigningRequest byOldKeys = changes().renew(Roles.ROOT).request(NOW);
        assertThatThrownBy(() -> byOldKeys.signedBy(alice)).isInstanceOf(SigningRefused.class);
    }

    /// Whether a device that skips hybrid keys, as it skips all that it does not know, follows from
    /// one root to the next.
    private boolean acceptsAsBeforeHybrid(int from, int to) throws IOException {
        JsonObject next = StrictJson.parseObject(file(to + ".root.json"), 1 << 20);
        byte[] message = next.object("signed").toSignedBytes();
        List<SignedFile.RoleSignature> signatures = SignedFile.signatures(next);
        for (int version : List.of(from, to)) {
            RoleKeys known = withoutHybrid(file(version + ".root.json"));
            if (known.signers(message, signatures).size() < known.threshold()) return false;
        }
        return true;
    }

    private static RoleKeys withoutHybrid(byte[] root) {
        RoleKeys keys =
                Root.read(StrictJson.parseObject(root, 1 << 20).object("signed")).role(Roles.ROOT);
        var known = new TreeMap<>(keys.keys());
        known.values().removeIf(key -> key.type() == KeyType.HYBRID);
        return new RoleKeys(keys.threshold(), known);
    }

    private byte[] file(String name) throws IOException {
        return Files.readAllBytes(repository.resolve("metadata").resolve(name));
    }

    @Test
    void a_courier_stands_in_the_root_beside_the_roles_of_tuf() throws IOException {
        var courier = new NamedKey(TestKeys.named("van").publicKey(), "van");
        publisher.accept(
                changes().replace(Roles.COURIER, 1, List.of(courier)).courierDays(180).request(NOW),
                NOW);
        JsonObject root = StrictJson.parseObject(publisher.root(), 1 << 20).object("signed");
        assertThat(root.object("roles").members().keySet())
                .containsExactlyInAnyOrderElementsOf(Roles.TOP);
        JsonObject told = root.object("evenkeel").object("courier");
        assertThat(told.integer("valid_days")).isEqualTo(180);
        assertThat(told.array("keyids").texts()).containsExactly(courier.key().id());
        assertThat(Root.read(root).courier()).isNotNull();
        assertThat(find(device, NOW)).isEmpty();
    }

    @Test
    void killed_at_any_step_of_a_change_of_keys_it_is_finished_at_the_next_start()
            throws IOException {
        SigningRequest request = production().signedBy(alice).signedBy(bob);
        int steps = 0;
        for (boolean killed = true; killed; steps++) {
            Path folder = temporary.resolve("cut-" + steps);
            copy(repository, folder);
            SigningKeys own = SigningKeys.open(temporary.resolve("keys"));
            try {
                new MetadataPublisher(folder, own, new DyingSteps(steps)).accept(request, NOW);
                killed = false;
            } catch (DyingSteps.Killed _) {
                var again = new MetadataPublisher(folder, own);
                boolean begun = again.finishAccepted(NOW);
                boolean old = RootTrust.held(again.root()).version() == 1;
                if (begun) assertThat(old).as("killed at step " + steps).isFalse();
                if (old) again.accept(request, NOW);
            }
            MemoryStore store = MemoryStore.provisionedWith(publisher.root());
            var source = MetadataSource.ofFolder(folder.resolve("metadata"));
            new TufClient(store, source).refresh(NOW);
            assertThat(RootTrust.held(store.load("root").orElseThrow()).version())
                    .as("killed at step " + steps)
                    .isEqualTo(2);
            assertThat(new MetadataPublisher(folder, own).finishAccepted(NOW)).isFalse();
            Files.write(temporary.resolve("keys/DEVELOPMENT"), new byte[0]);
        }
        assertThat(steps).isGreaterThan(15);
    }

    private Map<Path, String> contents() throws IOException {
        var contents = new TreeMap<Path, String>();
        try (var files = Files.walk(repository)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                contents.put(file, Arrays.toString(Files.readAllBytes(file)));
            }
        }
        return contents;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import static dev.evenkeel.trust.RepositorySimulator.NOW;
import static dev.evenkeel.trust.RepositorySimulator.TARGET;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.trust.SignedFile.RoleSignature;
import dev.evenkeel.trust.TrustException.ForeignFleet;
import dev.evenkeel.trust.TrustException.MalformedMetadata;
import dev.evenkeel.trust.TrustException.TooFewSignatures;
import dev.evenkeel.trust.TrustException.WrongTarget;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Attacks with wrong, missing or doubled keys.
class SignatureAttackTest {
    private final RepositorySimulator repository = new RepositorySimulator();
    private final MemoryStore device = repository.newDevice();

    @ParameterizedTest
    @ValueSource(strings = {"timestamp", "snapshot", "targets"})
    void arbitrary_installation_with_a_strangers_key_is_refused(String role) {
        repository.signWith(role, "stranger");
        repository.publish();
        assertThatThrownBy(() -> repository.client(device).refresh(NOW))
                .asInstanceOf(type(TooFewSignatures.class))
                .satisfies(refused -> {
                    assertThat(refused.role).isEqualTo(role);
                    assertThat(refused.needed).isEqualTo(1);
                    assertThat(refused.found).isZero();
                });
        assertThat(device.records).doesNotContainKey(role);
    }

    @Test
    void arbitrary_installation_through_a_channels_role_is_refused() throws Exception {
        repository.signWith("channel-prod", "channel-dev");
        repository.publish();
        TrustedTargets targets = repository.client(device).refresh(NOW);
        assertThatThrownBy(() -> targets.find(TARGET)).isInstanceOf(TooFewSignatures.class);
        assertThat(device.records).doesNotContainKey("channel-prod");
    }

    @Test
    void arbitrary_installation_through_a_new_root_is_refused() {
        byte[] before = device.held("root");
        repository.signers.put("last root", List.of());
        repository.allow("root", 1, "stranger");
        repository.publishRoot();
        assertThatThrownBy(() -> repository.client(device).refresh(NOW))
                .isInstanceOf(TooFewSignatures.class);
        assertThat(device.held("root")).isEqualTo(before);
    }

    @Test
    void a_new_root_that_its_own_keys_did_not_sign_is_refused() {
        repository.allow("root", 1, "new root");
        repository.signWith("root", "root");
        repository.publishRoot();
        assertThatThrownBy(() -> repository.client(device).refresh(NOW))
                .isInstanceOf(TooFewSignatures.class);
    }

    @Test
    void key_compromise_below_the_threshold_gives_nothing() throws Exception {
        repository.allow("targets", 2, "targets a", "targets b", "targets c");
        repository.publishRoot();
        repository.publish();
        repository.client(device).refresh(NOW);

        repository.signWith("targets", "targets a", "stranger");
        repository.publish();
        assertThatThrownBy(() -> repository.client(device).refresh(NOW))
                .asInstanceOf(type(TooFewSignatures.class))
                .satisfies(refused -> assertThat(refused.found).isEqualTo(1));
    }

    @Test
    void duplicate_signatures_of_one_key_never_count_twice() {
        PrivateKey key = TestKeys.named("targets a");
        byte[] message = {1, 2, 3};
        var good = new RoleSignature(key.keyId(), key.sign(message));
        RoleKeys keys =
                RoleKeys.of(2, List.of(key.publicKey(), TestKeys.named("targets b").publicKey()));
        assertThat(keys.signers(message, List.of(good, good))).hasSize(1);
    }

    @Test
    void duplicate_key_ids_of_one_key_never_count_twice() throws Exception {
        PrivateKey key = TestKeys.named("targets a");
        // a second, correct id for the same material: the key object has one more member
        JsonObject twin = key.publicKey().toTufJson().with("note", "the same key");
        String twinId = PublicKey.idOf(twin);
        var ids = new LinkedHashMap<String, PublicKey>();
        ids.put(key.keyId(), key.publicKey());
        ids.put(twinId, key.publicKey());
        repository.allowed.put("targets", new RoleKeys(2, ids));
        repository.publishRoot();
        // Root.toJson wrote the twin under its id without the member; put the real object there
        JsonObject root = repository.root();
        JsonObject keys = root.object("keys").with(twinId, twin);
        repository.serve(
                "2.root.json",
                SignedFile.sign(root.with("keys", keys), List.of(TestKeys.named("root"))));
        repository.signers.put("targets", List.of(key));
        repository.publish();
        byte[] both = withTwinSignature(repository.served("2.targets.json"), twinId);
        repository.serve("2.targets.json", both);
        var listed = new LinkedHashMap<String, MetaFile>();
        listed.put("targets.json", MetaFile.of(2, both));
        repository.publishSnapshot(listed);

        assertThatThrownBy(() -> repository.client(device).refresh(NOW))
                .asInstanceOf(type(TooFewSignatures.class))
                .satisfies(refused -> {
                    assertThat(refused.role).isEqualTo("targets");
                    assertThat(refused.found).isEqualTo(1);
                });
    }

    private static byte[] withTwinSignature(byte[] file, String twinId) {
        JsonObject json = StrictJson.parseObject(file, 1 << 20);
        List<Json> signatures = new ArrayList<>(json.array("signatures").items());
        JsonObject first = JsonObject.from(signatures.getFirst());
        signatures.add(first.with("keyid", twinId));
        return json.with("signatures", new JsonArray(signatures)).toCanonicalBytes();
    }

    @Test
    void a_key_under_a_false_id_is_refused() {
        JsonObject root = repository.root();
        JsonObject key = TestKeys.named("stranger").publicKey().toTufJson();
        JsonObject keys = root.object("keys").with("00".repeat(32), key);
        byte[] file = SignedFile.sign(root.with("keys", keys), List.of(TestKeys.named("root")));
        assertThatThrownBy(() -> RootTrust.held(file)).isInstanceOf(MalformedMetadata.class);
    }

    @Test
    void a_key_of_a_later_type_is_not_counted_and_does_not_lock_the_device_out() {
        JsonObject root = repository.root();
        JsonObject key =
                JsonObject.of("keytype", "hybrid")
                        .with("keyval", JsonObject.of("public", "?"))
                        .with("scheme", "hybrid");
        JsonObject keys = root.object("keys").with("an id", key);
        byte[] file = SignedFile.sign(root.with("keys", keys), List.of(TestKeys.named("root")));
        assertThat(RootTrust.held(file).version()).isEqualTo(1);
    }

    @Test
    void a_delegated_role_that_signs_outside_its_path_is_not_heard() throws Exception {
        repository.putIn("channel-dev", "channels/prod/qemu-x86/6.6.json", "evil");
        repository.publish();
        TrustedTargets targets = repository.client(device).refresh(NOW);
        assertThat(targets.find("channels/prod/qemu-x86/6.6.json")).isEmpty();
        assertThat(targets.find(TARGET)).isPresent();
    }

    @Test
    void nobody_is_asked_after_a_terminating_role_that_does_not_name_the_target() throws Exception {
        PublicKey wide = TestKeys.named("wide").publicKey();
        repository.signWith("wide", "wide");
        repository.putIn("wide", "channels/prod/qemu-x86/6.6.json", "evil");
        repository.delegations.add(
                new Delegation(
                        "wide",
                        RoleKeys.of(1, List.of(wide)),
                        List.of(new PathPattern("channels/*/*/*")),
                        false));
        repository.putIn("wide", "channels/other/qemu-x86/1.json", "good");
        repository.publish();
        TrustedTargets targets = repository.client(device).refresh(NOW);
        assertThat(targets.find("channels/prod/qemu-x86/6.6.json")).isEmpty();
        assertThat(targets.find("channels/other/qemu-x86/1.json")).isPresent();
    }

    @Test
    void another_fleets_metadata_is_refused_even_when_the_keys_are_the_same() {
        repository.fleet = new FleetId("pirates");
        repository.publish();
        assertThatThrownBy(() -> repository.client(device).refresh(NOW))
                .asInstanceOf(type(ForeignFleet.class))
                .satisfies(refused -> {
                    assertThat(refused.expected).isEqualTo(new FleetId("harbour"));
                    assertThat(refused.found).isEqualTo(new FleetId("pirates"));
                });
    }

    @Test
    void another_fleets_root_is_refused_even_when_the_keys_are_the_same() {
        repository.fleet = new FleetId("pirates");
        repository.publishRoot();
        assertThatThrownBy(() -> repository.client(device).refresh(NOW))
                .isInstanceOf(ForeignFleet.class);
    }

    @Test
    void wrong_software_under_a_right_name_is_refused() throws Exception {
        TargetFile file = repository.client(device).refresh(NOW).find(TARGET).orElseThrow();
        byte[] right = "manifest of 1.1".getBytes(UTF_8);
        assertThat(file.verify(right)).isSameAs(right);
        for (String swapped :
                List.of("manifest of 1.0", "manifest of 1.1 ", "manifest of 1.", "")) {
            assertThatThrownBy(() -> file.verify(swapped.getBytes(UTF_8)))
                    .isInstanceOf(WrongTarget.class)
                    .hasMessageStartingWith(TARGET);
        }
    }

    @Test
    void a_compromised_server_with_both_online_keys_installs_nothing_of_its_own() throws Exception {
        repository.client(device).refresh(NOW).find(TARGET);
        repository.put(TARGET, "evil");
        for (String online : List.of("timestamp", "snapshot")) {
            repository.signWith("channel-prod", online);
            repository.publish();
            TrustedTargets targets = repository.client(device).refresh(NOW);
            assertThatThrownBy(() -> targets.find(TARGET)).isInstanceOf(TooFewSignatures.class);
        }
        repository.signWith("targets", "timestamp", "snapshot");
        repository.publish();
        assertThatThrownBy(() -> repository.client(device).refresh(NOW))
                .isInstanceOf(TooFewSignatures.class);
    }

    @Test
    void extraneous_dependencies_beside_a_good_release_are_nobodys_word() throws Exception {
        // a channel's role can only name its own paths: whatever else it adds is never looked for
        for (String extra : List.of("channels/prod/x.json", "channels/test/qemu-x86/1.json", "x")) {
            repository.putIn("channel-prod", extra, "extra");
        }
        repository.publish();
        TrustedTargets targets = repository.client(device).refresh(NOW);
        for (String extra : List.of("channels/prod/x.json", "channels/test/qemu-x86/1.json", "x")) {
            assertThat(targets.find(extra)).as(extra).isEmpty();
        }
        assertThat(targets.find(TARGET)).isPresent();
    }
}

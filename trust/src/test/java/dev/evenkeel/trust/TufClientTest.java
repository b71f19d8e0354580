// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import static dev.evenkeel.trust.RepositorySimulator.NOW;
import static dev.evenkeel.trust.RepositorySimulator.TARGET;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.FleetId;
import dev.evenkeel.trust.TrustException.NoTrustedRoot;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TufClientTest {
    private final RepositorySimulator repository = new RepositorySimulator();
    private final MemoryStore device = repository.newDevice();

    @Test
    void finds_a_target_by_its_channels_role() throws Exception {
        TrustedTargets targets = repository.client(device).refresh(NOW);
        assertThat(targets.find(TARGET))
                .contains(TargetFile.of(TARGET, "manifest of 1.1".getBytes(UTF_8)));
        assertThat(targets.find(TargetName.parse(TARGET))).isPresent();
        assertThat(targets.find("channels/prod/qemu-x86/9.9.json")).isEmpty();
        assertThat(targets.find("elsewhere/1.1.json")).isEmpty();
        assertThat(targets.fleet()).contains(new FleetId("harbour"));
    }

    @Test
    void fetches_each_file_once_and_only_the_channel_that_is_asked_for() throws Exception {
        TrustedTargets targets = repository.client(device).refresh(NOW);
        targets.find(TARGET);
        targets.find("channels/prod/qemu-x86/9.9.json");
        assertThat(repository.fetched)
                .containsExactly(
                        "2.root.json",
                        "timestamp.json",
                        "1.snapshot.json",
                        "1.targets.json",
                        "1.channel-prod.json");
    }

    @Test
    void a_refresh_without_news_costs_two_requests() throws Exception {
        repository.client(device).refresh(NOW).find(TARGET);
        repository.fetched.clear();
        repository.client(device).refresh(NOW).find(TARGET);
        assertThat(repository.fetched).containsExactly("2.root.json", "timestamp.json");
    }

    @Test
    void stores_the_bytes_as_they_were_received() throws Exception {
        // the same JSON in another spelling: signatures hold, and the spelling is kept
        byte[] spelled =
                new String(repository.served("timestamp.json"), UTF_8)
                        .replace(",", ", ")
                        .getBytes(UTF_8);
        repository.serve("timestamp.json", spelled);
        repository.client(device).refresh(NOW).find(TARGET);
        assertThat(device.held("timestamp")).isEqualTo(spelled);
        assertThat(device.held("targets")).isEqualTo(repository.served("1.targets.json"));
        assertThat(device.held("channel-prod")).isEqualTo(repository.served("1.channel-prod.json"));
        assertThat(device.records).doesNotContainKey("channel-dev");
    }

    @Test
    void the_same_timestamp_version_again_is_not_stored() throws Exception {
        repository.client(device).refresh(NOW);
        byte[] held = device.held("timestamp");
        repository.timestampVersion = 0;
        repository.timestampExpires = repository.timestampExpires.plusSeconds(60);
        repository.publishTimestamp(MetaFile.of(1, repository.served("1.snapshot.json")));
        repository.client(device).refresh(NOW);
        assertThat(device.held("timestamp")).isEqualTo(held);
    }

    @Test
    void follows_every_root_to_the_newest_through_changed_keys() throws Exception {
        for (int i = 2; i <= 5; i++) {
            repository.allow("root", 1, "root " + i);
            repository.allow("targets", 1, "targets " + i);
            repository.publishRoot();
        }
        repository.publish();
        assertThat(repository.client(device).refresh(NOW).find(TARGET)).isPresent();
        assertThat(device.held("root")).isEqualTo(repository.served("5.root.json"));
    }

    @Test
    void a_long_chain_of_roots_is_walked_in_several_refreshes() throws Exception {
        var limits = new TrustLimits(512 << 10, 16 << 10, 1 << 20, 1 << 20, 2, 8);
        for (int i = 2; i <= 6; i++) {
            repository.publishRoot();
        }
        new TufClient(device, repository, limits).refresh(NOW);
        assertThat(RootTrust.held(device.held("root")).version()).isEqualTo(3);
        new TufClient(device, repository, limits).refresh(NOW);
        assertThat(RootTrust.held(device.held("root")).version()).isEqualTo(5);
    }

    @Test
    void a_device_without_a_root_trusts_nothing() {
        assertThatThrownBy(() -> repository.client(new MemoryStore()).refresh(NOW))
                .isInstanceOf(NoTrustedRoot.class);
    }

    @Test
    void a_root_that_rotted_in_the_store_is_not_trusted() {
        device.rot("root");
        assertThatThrownBy(() -> repository.client(device).refresh(NOW))
                .isInstanceOf(TrustException.class);
    }

    @Test
    void after_a_power_cut_at_any_save_the_next_refresh_succeeds() throws Exception {
        repository.client(device).refresh(NOW).find(TARGET);
        repository.allow("timestamp", 1, "new timestamp");
        repository.publishRoot();
        repository.put(TARGET, "corrected");
        repository.publish();
        int cuts = 0;
        for (boolean cut = true; cut; cuts++) {
            MemoryStore store = device.copy();
            try {
                repository.client(new DyingStore(store, cuts)).refresh(NOW).find(TARGET);
                cut = false;
            } catch (DyingStore.PowerCut _) {
                assertThat(repository.client(store).refresh(NOW).find(TARGET))
                        .contains(TargetFile.of(TARGET, "corrected".getBytes(UTF_8)));
            }
        }
        assertThat(cuts).isGreaterThan(6);
    }

    @Test
    void an_unreachable_repository_is_no_trust_failure_and_loses_nothing() throws Exception {
        repository.client(device).refresh(NOW).find(TARGET);
        MetadataSource offline =
                (_, _) -> {
                    throw new IOException("no route to host");
                };
        var client = new TufClient(device, offline);
        assertThatThrownBy(() -> client.refresh(NOW)).isInstanceOf(IOException.class);
        assertThat(client.stored().find(TARGET)).isPresent();
    }

    @Test
    void expired_metadata_still_tells_what_is_installed() throws Exception {
        repository.client(device).refresh(NOW).find(TARGET);
        Instant yearsLater = NOW.plus(Duration.ofDays(4000));
        TufClient client = repository.client(device);
        assertThatThrownBy(() -> client.refresh(yearsLater))
                .isInstanceOf(TrustException.ExpiredMetadata.class);
        StoredTargets stored = client.stored();
        assertThat(stored.find(TARGET)).isPresent();
        assertThat(stored.find("channels/dev/qemu-x86/1.1.json")).isEmpty();
        assertThat(stored.fleet()).contains(new FleetId("harbour"));
    }

    @Test
    void what_rotted_in_the_store_is_not_read_as_installed() throws Exception {
        repository.client(device).refresh(NOW).find(TARGET);
        device.rot("channel-prod");
        StoredTargets stored = repository.client(device).stored();
        assertThatThrownBy(() -> stored.find(TARGET)).isInstanceOf(TrustException.class);
    }

    /// Loses power before its n-th change.
    private static final class DyingStore implements TrustStore {
        private final TrustStore store;
        private int left;

        DyingStore(TrustStore store, int left) {
            this.store = store;
            this.left = left;
        }

        @Override
        public Optional<byte[]> load(String role) {
            return store.load(role);
        }

        @Override
        public void save(String role, byte[] bytes) {
            live();
            store.save(role, bytes);
        }

        @Override
        public void remove(String role) {
            live();
            store.remove(role);
        }

        private void live() {
            if (left-- == 0) throw new PowerCut();
        }

        private static final class PowerCut extends RuntimeException {}
    }
}

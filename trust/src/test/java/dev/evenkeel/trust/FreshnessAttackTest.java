// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import static dev.evenkeel.trust.RepositorySimulator.NOW;
import static dev.evenkeel.trust.RepositorySimulator.TARGET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.evenkeel.trust.TrustException.BrokenRootChain;
import dev.evenkeel.trust.TrustException.ExpiredMetadata;
import dev.evenkeel.trust.TrustException.MissingMetadata;
import dev.evenkeel.trust.TrustException.MixAndMatch;
import dev.evenkeel.trust.TrustException.RollbackDetected;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Attacks with old, mixed or future metadata, every piece of it rightly signed.
class FreshnessAttackTest {
    private final RepositorySimulator repository = new RepositorySimulator();
    private final MemoryStore device = repository.newDevice();

    @BeforeEach
    void a_device_that_was_refreshed_once() throws Exception {
        repository.client(device).refresh(NOW);
    }

    @Test
    void rollback_of_the_timestamp_is_refused() throws Exception {
        Map<String, byte[]> old = repository.snapshotOfServer();
        repository.publish();
        repository.client(device).refresh(NOW);
        repository.served.putAll(old);
        assertThatThrownBy(() -> repository.client(device).refresh(NOW))
                .asInstanceOf(type(RollbackDetected.class))
                .satisfies(refused -> {
                    assertThat(refused.file).isEqualTo("timestamp.json");
                    assertThat(refused.trustedVersion).isEqualTo(2);
                    assertThat(refused.foundVersion).isEqualTo(1);
                    assertThat(refused.getMessage())
                            .contains("version 1 is older than 2 already trusted");
                });
    }

    @Test
    void rollback_is_refused_also_when_what_is_held_has_expired() throws Exception {
        Map<String, byte[]> old = repository.snapshotOfServer();
        repository.timestampExpires = NOW.plusSeconds(60);
        repository.publish();
        repository.client(device).refresh(NOW);
        repository.served.putAll(old);
        assertThatThrownBy(() -> repository.client(device).refresh(NOW.plusSeconds(61)))
                .isInstanceOf(RollbackDetected.class);
    }

    @Test
    void rollback_of_the_snapshot_under_a_new_timestamp_is_refused() throws Exception {
        MetaFile old = MetaFile.of(1, repository.served("1.snapshot.json"));
        repository.publish();
        repository.client(device).refresh(NOW);
        repository.publishTimestamp(old);
        assertThatThrownBy(() -> repository.client(device).refresh(NOW))
                .asInstanceOf(type(RollbackDetected.class))
                .satisfies(refused -> assertThat(refused.trustedVersion).isEqualTo(2));
    }

    @Test
    void rollback_of_one_listed_version_under_a_new_snapshot_is_refused() throws Exception {
        MetaFile oldChannel = MetaFile.of(1, repository.served("1.channel-prod.json"));
        repository.publish();
        repository.client(device).refresh(NOW);
        Map<String, MetaFile> listed = listed();
        listed.put("channel-prod.json", oldChannel);
        repository.publishSnapshot(listed);
        assertThatThrownBy(() -> repository.client(device).refresh(NOW))
                .asInstanceOf(type(RollbackDetected.class))
                .satisfies(refused -> assertThat(refused.file).isEqualTo("channel-prod.json"));
    }

    @Test
    void rollback_by_leaving_a_role_out_of_the_snapshot_is_refused() {
        Map<String, MetaFile> listed = listed();
        listed.remove("channel-prod.json");
        repository.publishSnapshot(listed);
        assertThatThrownBy(() -> repository.client(device).refresh(NOW))
                .asInstanceOf(type(RollbackDetected.class))
                .satisfies(refused -> assertThat(refused.foundVersion).isZero());
    }

    @Test
    void rollback_of_the_root_is_refused() {
        repository.serve("2.root.json", repository.served("1.root.json"));
        assertThatThrownBy(() -> repository.client(device).refresh(NOW))
                .asInstanceOf(type(BrokenRootChain.class))
                .satisfies(refused -> assertThat(refused.expectedVersion).isEqualTo(2));
    }

    @Test
    void a_root_that_skips_a_version_is_refused() {
        repository.rootVersion = 2;
        repository.publishRoot();
        repository.serve("2.root.json", repository.served("3.root.json"));
        assertThatThrownBy(() -> repository.client(device).refresh(NOW))
                .isInstanceOf(BrokenRootChain.class);
    }

    @Test
    void freeze_by_serving_the_same_timestamp_for_ever_ends_with_its_expiry() throws Exception {
        Instant expiry = repository.timestampExpires;
        repository.client(device).refresh(expiry.minusSeconds(1));
        assertThatThrownBy(() -> repository.client(device).refresh(expiry))
                .asInstanceOf(type(ExpiredMetadata.class))
                .satisfies(refused -> {
                    assertThat(refused.role).isEqualTo("timestamp");
                    assertThat(refused.expires).isEqualTo(expiry);
                    assertThat(refused.start).isEqualTo(expiry);
                });
    }

    @Test
    void freeze_of_each_role_is_found_and_expired_metadata_is_not_stored() throws Exception {
        Instant past = NOW.minusSeconds(1);
        repository.snapshotExpires = past;
        repository.publish();
        byte[] held = device.held("snapshot");
        assertExpired("snapshot");
        assertThat(device.held("snapshot")).isEqualTo(held);

        repository.snapshotExpires = RepositorySimulator.FAR;
        repository.targetsExpires = past;
        repository.publish();
        assertExpired("targets");

        repository.targetsExpires = RepositorySimulator.FAR;
        repository.channelExpires = past;
        repository.publish();
        TrustedTargets targets = repository.client(device).refresh(NOW);
        assertThatThrownBy(() -> targets.find(TARGET))
                .asInstanceOf(type(ExpiredMetadata.class))
                .satisfies(refused -> assertThat(refused.role).isEqualTo("channel-prod"));
    }

    private void assertExpired(String role) {
        assertThatThrownBy(() -> repository.client(device).refresh(NOW))
                .asInstanceOf(type(ExpiredMetadata.class))
                .satisfies(refused -> assertThat(refused.role).isEqualTo(role));
    }

    @Test
    void an_expired_root_in_the_middle_leads_to_the_next_one_and_at_the_end_blocks()
            throws Exception {
        repository.rootExpires = NOW.minusSeconds(1);
        repository.publishRoot();
        assertExpired("root");
        assertThat(RootTrust.held(device.held("root")).version()).isEqualTo(2);

        repository.rootExpires = RepositorySimulator.FAR;
        repository.publishRoot();
        repository.client(device).refresh(NOW);
        assertThat(RootTrust.held(device.held("root")).version()).isEqualTo(3);
    }

    @Test
    void mix_and_match_of_a_snapshot_with_a_foreign_channel_file_is_refused() throws Exception {
        byte[] old = repository.served("1.channel-prod.json");
        repository.put(TARGET, "manifest of 1.1, corrected");
        repository.publish();
        repository.serve("2.channel-prod.json", old);
        TrustedTargets targets = repository.client(device).refresh(NOW);
        assertThatThrownBy(() -> targets.find(TARGET))
                .asInstanceOf(type(MixAndMatch.class))
                .satisfies(refused -> assertThat(refused.file).isEqualTo("2.channel-prod.json"));
    }

    @Test
    void mix_and_match_is_found_by_version_where_the_snapshot_gives_no_digest() {
        byte[] old = repository.served("1.targets.json");
        repository.publish();
        Map<String, MetaFile> listed = listed();
        listed.put("targets.json", new MetaFile(2, -1, null));
        repository.publishSnapshot(listed);
        repository.serve("2.targets.json", old);
        assertThatThrownBy(() -> repository.client(device).refresh(NOW))
                .asInstanceOf(type(MixAndMatch.class))
                .satisfies(refused -> {
                    assertThat(refused.expected).isEqualTo("version 2");
                    assertThat(refused.found).isEqualTo("version 1");
                });
    }

    @Test
    void a_malicious_mirror_that_withholds_a_file_is_named() {
        repository.publish();
        repository.served.remove("2.snapshot.json");
        assertThatThrownBy(() -> repository.client(device).refresh(NOW))
                .asInstanceOf(type(MissingMetadata.class))
                .satisfies(refused -> assertThat(refused.file).isEqualTo("2.snapshot.json"));
        repository.served.remove("timestamp.json");
        assertThatThrownBy(() -> repository.client(device).refresh(NOW))
                .isInstanceOf(MissingMetadata.class);
    }

    @Test
    void fast_forward_is_undone_by_a_root_that_replaces_the_online_keys() throws Exception {
        repository.timestampVersion = Integer.MAX_VALUE;
        repository.snapshotVersion = Integer.MAX_VALUE;
        repository.publish();
        repository.client(device).refresh(NOW);

        repository.timestampVersion = 2;
        repository.snapshotVersion = 2;
        repository.publish();
        assertThatThrownBy(() -> repository.client(device).refresh(NOW))
                .isInstanceOf(RollbackDetected.class);

        repository.allow("timestamp", 1, "new timestamp");
        repository.allow("snapshot", 1, "new snapshot");
        repository.publishRoot();
        repository.publish();
        assertThat(repository.client(device).refresh(NOW).find(TARGET)).isPresent();
    }

    @Test
    void fast_forward_is_undone_also_when_only_one_of_several_keys_is_replaced() throws Exception {
        repository.allow("timestamp", 1, "timestamp a", "timestamp b");
        repository.publishRoot();
        repository.timestampVersion = Integer.MAX_VALUE;
        repository.publish();
        repository.client(device).refresh(NOW);

        // what "timestamp a" signed would still be good under the new root
        repository.allow("timestamp", 1, "timestamp a", "timestamp c");
        repository.publishRoot();
        repository.timestampVersion = 3;
        repository.publish();
        repository.client(device).refresh(NOW);
        assertThat(device.held("timestamp")).isEqualTo(repository.served("timestamp.json"));
    }

    @Test
    void a_key_that_is_only_added_lifts_no_floor() throws Exception {
        repository.publish();
        repository.client(device).refresh(NOW);
        repository.allow("timestamp", 1, "timestamp", "second timestamp");
        repository.publishRoot();
        repository.timestampVersion = 0;
        repository.publish();
        assertThatThrownBy(() -> repository.client(device).refresh(NOW))
                .isInstanceOf(RollbackDetected.class);
    }

    @Test
    void expiry_is_judged_by_the_start_of_the_refresh_alone() throws Exception {
        repository.timestampExpires = NOW.plus(Duration.ofSeconds(1));
        repository.publish();
        TrustedTargets targets = repository.client(device).refresh(NOW);
        assertThat(targets.find(TARGET)).isPresent();
    }

    private Map<String, MetaFile> listed() {
        var listed = new TreeMap<String, MetaFile>();
        repository.versions.forEach((role, version) ->
                listed.put(
                        Roles.listed(role),
                        MetaFile.of(version, repository.served(Roles.file(role, version)))));
        return listed;
    }
}

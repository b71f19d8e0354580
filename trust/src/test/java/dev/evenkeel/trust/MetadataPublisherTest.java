// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.trust.TrustException.ForeignFleet;
import dev.evenkeel.trust.TrustException.UnusableKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetadataPublisherTest {
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final FleetId FLEET = new FleetId("harbour");
    private static final List<Channel> CHANNELS = List.of(new Channel("dev"), new Channel("prod"));
    private static final String TARGET = "channels/prod/qemu-x86/1.1.json";
    private static final byte[] OLD = "manifest, old".getBytes(UTF_8);
    private static final byte[] NEW = "manifest, new".getBytes(UTF_8);

    @TempDir Path temporary;
    private Path repository;
    private SigningKeys keys;
    private MetadataPublisher publisher;

    @BeforeEach
    void a_repository_with_development_keys() throws IOException {
        repository = temporary.resolve("repository");
        keys = SigningKeys.createDevelopment(temporary.resolve("keys"), CHANNELS);
        publisher = new MetadataPublisher(repository, keys);
        publisher.initialise(FLEET, CHANNELS, NOW);
    }

    @Test
    void a_client_finds_what_was_published_and_its_content_lies_where_it_says() throws Exception {
        TargetFile published = publisher.publish(TARGET, NEW, NOW);
        TargetFile found = find(repository, NOW).orElseThrow();
        assertThat(found).isEqualTo(published);
        assertThat(found.path())
                .isEqualTo("targets/channels/prod/qemu-x86/" + found.digest() + ".1.1.json");
        byte[] content = Files.readAllBytes(repository.resolve(found.path()));
        assertThat(found.verify(content)).isEqualTo(NEW);
        assertThat(publisher.targets()).containsExactly(Map.entry(TARGET, published));
    }

    @Test
    void a_client_no_longer_finds_what_was_withdrawn() throws Exception {
        publisher.publish(TARGET, NEW, NOW);
        assertThat(publisher.withdraw(TARGET, NOW)).isTrue();
        assertThat(find(repository, NOW)).isEmpty();
        assertThat(publisher.withdraw(TARGET, NOW)).isFalse();
    }

    @Test
    void publishing_the_same_twice_changes_nothing() throws Exception {
        publisher.publish(TARGET, NEW, NOW);
        Map<Path, String> before = contents(repository);
        publisher.publish(TARGET, NEW, NOW.plusSeconds(60));
        assertThat(contents(repository)).isEqualTo(before);
    }

    @Test
    void a_second_publisher_goes_on_where_the_first_stopped() throws Exception {
        publisher.publish(TARGET, OLD, NOW);
        new MetadataPublisher(repository, keys)
                .publish("channels/dev/qemu-x86/1.2~rc1.json", NEW, NOW);
        assertThat(publisher.targets())
                .containsOnlyKeys(TARGET, "channels/dev/qemu-x86/1.2~rc1.json");
        assertThat(publisher.isInitialised()).isTrue();
    }

    @Test
    void metadata_do_not_grow_with_the_square_of_what_was_published() throws Exception {
        for (int i = 1; i <= 3 * RoleFiles.KEPT_VERSIONS; i++) {
            publisher.publish("channels/prod/qemu-x86/1." + i + ".json", NEW, NOW);
            if (i % 5 == 0)
                assertThat(publisher.renewOnline(NOW.plus(Duration.ofDays(i)))).isTrue();
        }
        Path metadata = repository.resolve("metadata");
        assertThat(versionsOf("channel-prod")).isEqualTo(RoleFiles.KEPT_VERSIONS);
        assertThat(versionsOf("snapshot")).isEqualTo(RoleFiles.KEPT_VERSIONS);
        assertThat(metadata.resolve("1.root.json")).exists();
        assertThat(metadata.resolve("1.channel-dev.json")).exists();
        assertThat(publisher.targets()).hasSize(3 * RoleFiles.KEPT_VERSIONS);
        assertThat(find(repository, NOW)).isPresent();
    }

    @Test
    void what_interrupted_publishers_left_never_drives_out_the_present_snapshot() throws Exception {
        publisher.publish(TARGET, NEW, NOW);
        for (int i = 0; i < 2 * RoleFiles.KEPT_VERSIONS; i++) {
            Files.writeString(
                    repository.resolve("metadata/" + (100 + i) + ".snapshot.json"), "half");
        }
        assertThat(publisher.renewOnline(NOW.plus(Duration.ofDays(4)))).isTrue();
        assertThat(find(repository, NOW)).isPresent();
        publisher.publish("channels/prod/qemu-x86/1.2.json", NEW, NOW);
        assertThat(find(repository, NOW)).isPresent();
    }

    private long versionsOf(String role) throws IOException {
        try (var files = Files.list(repository.resolve("metadata"))) {
            return files.filter(file -> file.toString().endsWith("." + role + ".json")).count();
        }
    }

    @Test
    void lifetimes_are_three_years_a_year_a_month_and_a_week() throws Exception {
        PublishedState state = PublishedState.read(repository.resolve("metadata"));
        assertThat(days(state.root().root().header())).isEqualTo(3 * 365);
        assertThat(days(state.top().header())).isEqualTo(365);
        assertThat(days(state.role("channel-prod").header())).isEqualTo(365);
        assertThat(days(state.snapshot().header())).isEqualTo(30);
        assertThat(days(state.timestamp().header())).isEqualTo(7);
    }

    private static long days(Header header) {
        return Duration.between(NOW, header.expires()).toDays();
    }

    @Test
    void renews_the_online_roles_when_less_than_half_of_their_life_is_left() throws Exception {
        publisher.publish(TARGET, NEW, NOW);
        Instant halfAWeek = NOW.plus(Duration.ofHours(84));
        assertThat(publisher.renewOnline(halfAWeek)).isFalse();
        assertThat(publisher.renewOnline(halfAWeek.plusSeconds(1))).isTrue();
        assertThat(publisher.renewOnline(halfAWeek.plusSeconds(2))).isFalse();
        assertThat(state().snapshot().header().version()).isEqualTo(2);

        Instant aMonthLater = NOW.plus(Duration.ofDays(31));
        assertThat(publisher.renewOnline(aMonthLater)).isTrue();
        assertThat(state().snapshot().header().version()).isEqualTo(3);
        assertThat(find(repository, aMonthLater)).isPresent();
    }

    @Test
    void renews_with_the_online_keys_alone() throws Exception {
        Path online = temporary.resolve("online");
        SigningKeys.create(
                online,
                Map.of(
                        "snapshot", keys.signer("snapshot").toPkcs8(),
                        "timestamp", keys.signer("timestamp").toPkcs8()),
                FileSteps.ownerOnly());
        var server = new MetadataPublisher(repository, SigningKeys.open(online));
        Instant later = NOW.plus(Duration.ofDays(20));
        assertThat(server.renewOnline(later)).isTrue();
        assertThat(server.renewOffline(later.plus(Duration.ofDays(200)))).isFalse();
        assertThatThrownBy(() -> server.publish(TARGET, NEW, later))
                .isInstanceOf(UnusableKey.class)
                .hasMessageContaining("channel-prod");
    }

    @Test
    void renews_the_offline_roles_when_less_than_half_of_their_life_is_left() throws Exception {
        publisher.publish(TARGET, NEW, NOW);
        assertThat(publisher.renewOffline(NOW.plus(Duration.ofDays(182)))).isFalse();
        Instant later = NOW.plus(Duration.ofDays(400));
        assertThat(publisher.renewOffline(later)).isTrue();
        assertThat(find(repository, later)).isPresent();
    }

    @Test
    void the_root_for_new_devices_is_the_newest_one_byte_for_byte() throws Exception {
        assertThat(publisher.root())
                .isEqualTo(Files.readAllBytes(repository.resolve("metadata/1.root.json")));
        assertThat(RootTrust.held(publisher.root()).fleet()).isEqualTo(FLEET);
    }

    @Test
    void keys_of_another_repository_are_refused_before_anything_is_written() throws Exception {
        SigningKeys others = SigningKeys.createDevelopment(temporary.resolve("others"), CHANNELS);
        Map<Path, String> before = contents(repository);
        var publisherOfOthers = new MetadataPublisher(repository, others);
        assertThatThrownBy(() -> publisherOfOthers.publish(TARGET, NEW, NOW))
                .isInstanceOf(UnusableKey.class)
                .hasMessageContaining("Use the key folder that belongs to this repository");
        assertThat(contents(repository)).isEqualTo(before);
    }

    @Test
    void a_repository_that_was_changed_behind_our_back_is_not_signed_again() throws Exception {
        Path channel = repository.resolve("metadata/1.channel-prod.json");
        Files.write(channel, Files.readString(channel).replace("2027", "2099").getBytes(UTF_8));
        assertThatThrownBy(() -> publisher.publish(TARGET, NEW, NOW))
                .isInstanceOf(TrustException.class);
    }

    @Test
    void refuses_names_outside_the_channels() {
        for (String name :
                List.of(
                        "channels/beta/qemu-x86/1.json",
                        "channels/prod/qemu-x86/../1.json",
                        "channels/prod/qemu-x86/.json",
                        "channels/prod/qemu-x86/1.txt",
                        "/channels/prod/qemu-x86/1.json",
                        "channels/prod/../1.json",
                        "elsewhere")) {
            assertThatThrownBy(() -> publisher.publish(name, NEW, NOW))
                    .as(name)
                    .isInstanceOf(MalformedInput.class);
        }
        assertThat(repository.resolve("targets")).doesNotExist();
    }

    @Test
    void initialising_twice_is_refused_and_a_half_made_repository_of_another_fleet_too()
            throws Exception {
        assertThatThrownBy(() -> publisher.initialise(FLEET, CHANNELS, NOW))
                .isInstanceOf(IllegalStateException.class);
        Files.delete(repository.resolve("metadata/timestamp.json"));
        assertThatThrownBy(() -> publisher.initialise(new FleetId("other"), CHANNELS, NOW))
                .isInstanceOf(ForeignFleet.class);
    }

    @Test
    void killed_at_any_step_of_the_first_publication_it_can_simply_start_again() throws Exception {
        int steps = 0;
        for (boolean killed = true; killed; steps++) {
            Path folder = temporary.resolve("first-" + steps);
            try {
                new MetadataPublisher(folder, keys, new DyingSteps(steps))
                        .initialise(FLEET, CHANNELS, NOW);
                killed = false;
            } catch (DyingSteps.Killed _) {
                var again = new MetadataPublisher(folder, keys);
                if (!again.isInitialised()) again.initialise(FLEET, CHANNELS, NOW);
            }
            new MetadataPublisher(folder, keys).publish(TARGET, NEW, NOW);
            assertThat(find(folder, NOW)).as("killed at step " + steps).isPresent();
        }
        assertThat(steps).isGreaterThan(20);
    }

    @Test
    void killed_at_any_step_of_a_publication_clients_find_the_old_or_the_new_and_it_can_go_on()
            throws Exception {
        publisher.publish(TARGET, OLD, NOW);
        int steps = 0;
        for (boolean killed = true; killed; steps++) {
            Path folder = temporary.resolve("cut-" + steps);
            copy(repository, folder);
            Map<Path, String> before = contents(folder);
            try {
                new MetadataPublisher(folder, keys, new DyingSteps(steps))
                        .publish(TARGET, NEW, NOW);
                killed = false;
            } catch (DyingSteps.Killed _) {
                assertThat(contentOf(folder)).as("killed at step " + steps).isIn(OLD, NEW);
            }
            assertNothingVersionedWasRewritten(before, contents(folder));
            Map<Path, String> cut = contents(folder);
            new MetadataPublisher(folder, keys).publish(TARGET, NEW, NOW);
            assertThat(contentOf(folder)).as("killed at step " + steps).isEqualTo(NEW);
            assertNothingVersionedWasRewritten(cut, contents(folder));
        }
        assertThat(steps).isGreaterThan(10);
    }

    private static final String DELTA = "deltas/" + "ab".repeat(32) + "-" + "cd".repeat(32);

    private static String delta(int number) {
        return "deltas/"
                + "ab".repeat(32)
                + "-"
                + String.format(java.util.Locale.ROOT, "%064x", number);
    }

    @Test
    void a_client_finds_an_offered_delta_until_it_is_withdrawn() throws Exception {
        assertThat(publisher.deltaRefusal()).isEmpty();
        assertThat(publisher.offerDelta(DELTA, NEW, NOW)).isTrue();
        TargetFile found = find(repository, DELTA, NOW).orElseThrow();
        assertThat(found).isEqualTo(TargetFile.of(DELTA, NEW));
        assertThat(publisher.deltas()).containsOnlyKeys(DELTA);

        Map<Path, String> before = contents(repository);
        assertThat(publisher.offerDelta(DELTA, NEW, NOW.plusSeconds(60))).isFalse();
        assertThat(contents(repository)).isEqualTo(before);

        assertThat(publisher.withdrawDeltas(Set.of(DELTA, delta(1)), NOW)).isTrue();
        assertThat(find(repository, DELTA, NOW)).isEmpty();
        assertThat(publisher.withdrawDeltas(Set.of(DELTA), NOW)).isFalse();
    }

    @Test
    void another_delta_takes_the_place_of_one_of_the_same_name() throws Exception {
        publisher.offerDelta(DELTA, OLD, NOW);
        assertThat(publisher.offerDelta(DELTA, NEW, NOW)).isTrue();
        assertThat(find(repository, DELTA, NOW)).contains(TargetFile.of(DELTA, NEW));
    }

    @Test
    void deltas_are_renewed_with_the_other_online_roles_and_keep_their_names() throws Exception {
        publisher.offerDelta(DELTA, NEW, NOW);
        Instant later = NOW.plus(Duration.ofDays(40));
        assertThat(publisher.renewOnline(later)).isTrue();
        assertThat(find(repository, DELTA, later)).isPresent();
    }

    @Test
    void the_metadata_of_deltas_stay_small_however_many_come_and_go() throws Exception {
        for (int i = 0; i < 2 * RoleFiles.KEPT_VERSIONS; i++) {
            publisher.offerDelta(delta(i), NEW, NOW);
            publisher.withdrawDeltas(Set.of(delta(i)), NOW);
        }
        assertThat(versionsOf("deltas")).isEqualTo(RoleFiles.KEPT_VERSIONS);
        assertThat(publisher.deltas()).isEmpty();
        assertThat(Files.size(newest("deltas"))).isLessThan(1_000);
    }

    @Test
    void more_deltas_than_a_device_should_read_are_refused() throws Exception {
        PublishedState state = state();
        var files = new TreeMap<String, TargetFile>();
        for (int i = 0; i < MetadataPublisher.MOST_DELTAS; i++) {
            files.put(delta(i), TargetFile.of(delta(i), NEW));
        }
        Path metadata = repository.resolve("metadata");
        var roleFiles =
                new RoleFiles(
                        new DurableFolder(metadata, FileSteps.real()),
                        keys,
                        state::keysOf,
                        FLEET,
                        NOW);
        var listed = new TreeMap<>(state.snapshot().files());
        listed.put("deltas.json", roleFiles.putTargets("deltas", state.role("deltas"), files));
        roleFiles.putSnapshot(listed, state.timestamp().header().version() + 1);
        assertThat(Files.size(newest("deltas"))).isLessThan(150_000);

        assertThatThrownBy(() -> publisher.offerDelta(DELTA, NEW, NOW))
                .isInstanceOf(TrustException.SigningRefused.class)
                .hasMessageContaining("512 deltas already");
        assertThat(publisher.offerDelta(delta(3), OLD, NOW)).isTrue();
        assertThat(publisher.withdrawDeltas(Set.of(delta(0)), NOW)).isTrue();
        assertThat(publisher.offerDelta(DELTA, NEW, NOW)).isTrue();
    }

    @Test
    void a_name_that_is_no_delta_of_two_images_is_refused() {
        for (String name :
                List.of(
                        "deltas/x",
                        "deltas/" + "AB".repeat(32) + "-" + "cd".repeat(32),
                        DELTA + "/x",
                        "/" + DELTA,
                        TARGET)) {
            assertThatThrownBy(() -> publisher.offerDelta(name, NEW, NOW))
                    .as(name)
                    .isInstanceOf(MalformedInput.class)
                    .hasMessageContaining("deltas/<old image>-<new image>");
        }
    }

    @Test
    void a_repository_without_a_role_for_deltas_says_so() throws Exception {
        Path others = temporary.resolve("no-deltas-keys");
        var without = new TreeMap<String, byte[]>();
        for (String role : keys.roles()) {
            if (!role.equals("deltas")) without.put(role, keys.signer(role).toPkcs8());
        }
        SigningKeys.create(others, without, FileSteps.ownerOnly());
        Path folder = temporary.resolve("no-deltas");
        var plain = new MetadataPublisher(folder, SigningKeys.open(others));
        plain.initialise(FLEET, CHANNELS, NOW);

        assertThat(plain.deltaRefusal().orElseThrow()).contains("has no role deltas");
        assertThat(plain.deltas()).isEmpty();
        assertThat(plain.withdrawDeltas(Set.of(DELTA), NOW)).isFalse();
        assertThatThrownBy(() -> plain.offerDelta(DELTA, NEW, NOW))
                .isInstanceOf(TrustException.SigningRefused.class)
                .hasMessageContaining("has no role deltas");
    }

    @Test
    void without_the_key_of_the_role_nothing_is_offered_and_nothing_written() throws Exception {
        Path online = temporary.resolve("online-without-deltas");
        SigningKeys.create(
                online,
                Map.of(
                        "snapshot", keys.signer("snapshot").toPkcs8(),
                        "timestamp", keys.signer("timestamp").toPkcs8()),
                FileSteps.ownerOnly());
        var server = new MetadataPublisher(repository, SigningKeys.open(online));
        Map<Path, String> before = contents(repository);

        assertThat(server.deltaRefusal().orElseThrow()).contains("key of role deltas is not here");
        assertThatThrownBy(() -> server.offerDelta(DELTA, NEW, NOW))
                .isInstanceOf(UnusableKey.class)
                .hasMessageContaining("deltas");
        assertThat(contents(repository)).isEqualTo(before);
    }

    @Test
    void killed_at_any_step_of_an_offer_clients_find_the_delta_or_not_and_it_can_go_on()
            throws Exception {
        publisher.publish(TARGET, NEW, NOW);
        int steps = 0;
        for (boolean killed = true; killed; steps++) {
            Path folder = temporary.resolve("delta-cut-" + steps);
            copy(repository, folder);
            Map<Path, String> before = contents(folder);
            try {
                new MetadataPublisher(folder, keys, new DyingSteps(steps))
                        .offerDelta(DELTA, NEW, NOW);
                killed = false;
            } catch (DyingSteps.Killed _) {
                find(folder, DELTA, NOW);
                assertThat(contentOf(folder)).as("killed at step " + steps).isEqualTo(NEW);
            }
            assertNothingVersionedWasRewritten(before, contents(folder));
            new MetadataPublisher(folder, keys).offerDelta(DELTA, NEW, NOW);
            assertThat(find(folder, DELTA, NOW)).as("killed at step " + steps).isPresent();
        }
        assertThat(steps).isGreaterThan(8);
    }

    private Path newest(String role) throws IOException {
        try (var files = Files.list(repository.resolve("metadata"))) {
            return files.filter(file -> file.toString().endsWith("." + role + ".json"))
                    .max(
                            java.util.Comparator.comparingInt(file ->
                                    Integer.parseInt(
                                            file.getFileName().toString().split("\\.", -1)[0])))
                    .orElseThrow();
        }
    }

    private static void assertNothingVersionedWasRewritten(
            Map<Path, String> before, Map<Path, String> after) {
        before.forEach((file, content) -> {
            String name = String.valueOf(file.getFileName());
            if (name.startsWith(".") || name.equals("timestamp.json")) return;
            assertThat(after.get(file)).as(name).isEqualTo(content);
        });
    }

    private byte[] contentOf(Path folder) throws IOException {
        TargetFile file = find(folder, NOW).orElseThrow();
        return file.verify(Files.readAllBytes(folder.resolve(file.path())));
    }

    private Optional<TargetFile> find(Path folder, Instant now) throws IOException {
        return find(folder, TARGET, now);
    }

    private Optional<TargetFile> find(Path folder, String target, Instant now) throws IOException {
        var store = MemoryStore.provisionedWith(publisherRoot(folder));
        var source = MetadataSource.ofFolder(folder.resolve("metadata"));
        return new TufClient(store, source).refresh(now).find(target);
    }

    private byte[] publisherRoot(Path folder) throws IOException {
        return new MetadataPublisher(folder, keys).root();
    }

    private PublishedState state() throws IOException {
        return PublishedState.read(repository.resolve("metadata"));
    }

    private static Map<Path, String> contents(Path folder) throws IOException {
        var contents = new TreeMap<Path, String>();
        try (var files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                contents.put(folder.relativize(file), Files.readString(file));
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

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import static dev.evenkeel.trust.RepositorySimulator.FAR;
import static dev.evenkeel.trust.RepositorySimulator.NOW;
import static dev.evenkeel.trust.RepositorySimulator.TARGET;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.trust.TrustException.EndlessDelegations;
import dev.evenkeel.trust.TrustException.ForeignFleet;
import dev.evenkeel.trust.TrustException.MalformedMetadata;
import dev.evenkeel.trust.TrustException.TooFewSignatures;
import dev.evenkeel.trust.TrustException.WrongTarget;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a client of any repository meets beyond our own publisher's habits.
class GeneralRepositoryTest {
    private final RepositorySimulator repository = new RepositorySimulator();
    private final MemoryStore store = repository.newDevice();

    private TrustedTargets refresh() throws Exception {
        return TufClient.ofAnyRepository(store, repository).refresh(NOW);
    }

    @Test
    void metadata_without_a_fleet_are_for_everybody_but_a_device() throws Exception {
        var foreign = new RepositorySimulator(null);
        MemoryStore anybody = foreign.newDevice();
        TrustedTargets targets = TufClient.ofAnyRepository(anybody, foreign).refresh(NOW);
        assertThat(targets.find(TARGET)).isPresent();
        assertThat(targets.fleet()).isEmpty();
        assertThatThrownBy(() -> foreign.client(foreign.newDevice()).refresh(NOW))
                .isInstanceOf(MalformedMetadata.class)
                .hasMessageContaining("names no fleet");
    }

    @Test
    void metadata_that_lose_their_fleet_under_a_root_that_names_one_are_refused() {
        repository.fleet = null;
        repository.publish();
        assertThatThrownBy(this::refresh)
                .asInstanceOf(type(ForeignFleet.class))
                .satisfies(refused -> {
                    assertThat(refused.found).isNull();
                    assertThat(refused.attack()).contains(Attack.FOREIGN_FLEET);
                    assertThat(refused.facts()).containsEntry("found", "none");
                });
    }

    @Test
    void a_repository_without_consistent_snapshots_is_read_by_plain_names() throws Exception {
        repository.consistent = false;
        repository.publishRoot();
        repository.publish();
        TrustedTargets targets = refresh();
        TargetFile file = targets.find(TARGET).orElseThrow();
        assertThat(targets.isConsistent()).isFalse();
        assertThat(file.pathIn(targets.isConsistent())).isEqualTo(TARGET);
        assertThat(file.pathIn(true))
                .isEqualTo(TARGET.replace("1.1.json", file.digest() + ".1.1.json"));
        assertThat(repository.fetched)
                .containsExactly(
                        "2.root.json",
                        "3.root.json",
                        "timestamp.json",
                        "snapshot.json",
                        "targets.json",
                        "channel-prod.json");
    }

    private void delegate(String role, String... paths) {
        delegate(
                role,
                new Delegation.Scope.Paths(Stream.of(paths).map(PathPattern::new).toList()),
                false);
    }

    private void delegate(String role, Delegation.Scope scope, boolean terminating) {
        repository.signWith(role, role);
        repository.files.putIfAbsent(role, new TreeMap<>());
        repository.delegations.add(
                new Delegation(
                        role,
                        RoleKeys.of(1, List.of(TestKeys.named(role).publicKey())),
                        scope,
                        terminating));
    }

    @Test
    void a_target_is_found_in_the_bin_of_its_names_hash() throws Exception {
        String name = "packages/boat.img";
        String hash = Digest.of(name.getBytes(UTF_8)).hex();
        String other = hash.startsWith("0") ? "1" : "0";
        delegate("wrong-bin", new Delegation.Scope.HashPrefixes(List.of(other)), false);
        delegate(
                "bin",
                new Delegation.Scope.HashPrefixes(List.of(other, hash.substring(0, 3))),
                false);
        repository.putIn("bin", name, "boat");
        repository.putIn("wrong-bin", name, "not heard");
        repository.publish();
        assertThat(refresh().find(name)).contains(TargetFile.of(name, "boat".getBytes(UTF_8)));
    }

    @Test
    void a_delegation_by_paths_and_by_hashes_at_once_or_by_neither_is_refused() {
        JsonObject role =
                JsonObject.of("name", "a")
                        .withAll(RoleKeys.of(1, List.of()).toJson())
                        .with("terminating", false);
        JsonObject paths = StrictJson.parseObject("{\"paths\":[]}".getBytes(UTF_8), 100);
        JsonObject hashes =
                StrictJson.parseObject("{\"path_hash_prefixes\":[]}".getBytes(UTF_8), 100);
        assertThatThrownBy(() -> Delegation.read(role, Map.of())).hasMessageContaining("neither");
        assertThatThrownBy(() -> Delegation.read(role.withAll(paths).withAll(hashes), Map.of()))
                .hasMessageContaining("both");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?",
                "#",
                "/delegated",
                "../delegated",
                "..",
                ".",
                "",
                "a b%2F",
                "ünïcödé",
                "😀\n",
                "root.json",
                "1.root",
                "Root",
                "con",
                "a\\b",
                "-rf"
            })
    void an_odd_role_name_leaves_no_folder_and_takes_no_files_place(
            String role, @TempDir Path folder) throws Exception {
        delegate(role, "odd/*");
        repository.putIn(role, "odd/one", "content");
        repository.publish();
        Path metadata = folder.resolve("metadata");
        var files = new FolderTrustStore(metadata);
        assertThat(TufClient.begin(files, repository.served("1.root.json"))).isTrue();
        for (int i = 0; i < 2; i++) {
            assertThat(TufClient.ofAnyRepository(files, repository).refresh(NOW).find("odd/one"))
                    .isPresent();
        }
        assertThat(repository.fetched).filteredOn(Roles.file(role, 1)::equals).hasSize(1);
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> found = all.filter(Files::isRegularFile).toList();
            assertThat(found).hasSize(5).allMatch(file -> metadata.equals(file.getParent()));
        }
        assertThat(files.load(role)).contains(repository.served(Roles.file(role, 1)));
        assertThat(files.load("root")).contains(repository.served("1.root.json"));
    }

    @Test
    void no_two_names_share_a_file() {
        List<String> names =
                List.of(
                        "a/b",
                        "a%2Fb",
                        "a%2fb",
                        "a+b",
                        "é",
                        "e\u0301",
                        "x".repeat(300),
                        "x".repeat(301),
                        "+" + Digest.of(new byte[0]),
                        "A",
                        "a");
        assertThat(names.stream().map(SafeName::ofFile).distinct()).hasSameSizeAs(names);
        assertThat(names.stream().map(SafeName::ofFile)).allMatch(name -> name.length() <= 200);
        assertThat(SafeName.ofPath("/a b/../c?")).isEqualTo("/a%20b/../c%3F");
    }

    @Test
    void a_folder_that_trusts_a_root_is_not_given_another(@TempDir Path folder) {
        var files = new FolderTrustStore(folder);
        assertThat(TufClient.begin(files, repository.served("1.root.json"))).isTrue();
        assertThat(TufClient.begin(files, repository.served("1.root.json"))).isTrue();
        repository.publishRoot();
        assertThat(TufClient.begin(files, repository.served("2.root.json"))).isFalse();
        assertThat(files.load("root")).contains(repository.served("1.root.json"));
        files.remove("root");
        assertThat(files.load("root")).isEmpty();
    }

    @Test
    void endless_delegations_are_cut_off() throws Exception {
        for (int i = 0; i < 33; i++) {
            delegate("role-" + i, "many/*");
        }
        repository.publish();
        TrustedTargets targets = refresh();
        assertThatThrownBy(() -> targets.find("many/one"))
                .asInstanceOf(type(EndlessDelegations.class))
                .satisfies(refused -> assertThat(refused.limit).isEqualTo(32));
    }

    @Test
    void what_one_delegator_trusts_is_no_word_for_anothers_arbitrary_installation()
            throws Exception {
        // a diamond: two branches delegate to one role name, each with a key of its own
        repository.signWith("release", "key of a");
        repository.putIn("release", "team-a/x", "good");
        repository.putIn("release", "team-b/x", "evil");
        for (String team : List.of("a", "b")) {
            delegate("parent-" + team, "team-" + team + "/*");
            repository.delegationsOf.put(
                    "parent-" + team,
                    List.of(
                            new Delegation(
                                    "release",
                                    RoleKeys.of(
                                            1,
                                            List.of(TestKeys.named("key of " + team).publicKey())),
                                    List.of(new PathPattern("team-" + team + "/*")),
                                    false)));
        }
        repository.publish();
        TrustedTargets targets = refresh();
        assertThat(targets.find("team-a/x")).isPresent();
        assertThatThrownBy(() -> targets.find("team-b/x")).isInstanceOf(TooFewSignatures.class);
        TrustedTargets later = refresh();
        assertThatThrownBy(() -> later.find("team-b/x")).isInstanceOf(TooFewSignatures.class);
    }

    @Test
    void the_search_is_depth_first_in_order_and_ends_in_a_circle() throws Exception {
        delegate("a", "*");
        delegate("b", "*");
        delegate("c", "*");
        List<Delegation> all = new ArrayList<>(repository.delegations);
        Delegation b = all.get(all.size() - 2);
        Delegation c = all.getLast();
        repository.delegations.remove(c);
        repository.delegationsOf.put("a", List.of(c));
        repository.delegationsOf.put("c", List.of(b, all.get(all.size() - 3)));
        repository.publish();
        TrustedTargets targets = refresh();
        repository.fetched.clear();
        assertThat(targets.find("nowhere")).isEmpty();
        assertThat(repository.fetched).containsExactly("1.a.json", "1.c.json", "1.b.json");
    }

    @Test
    void every_digest_that_is_known_must_be_right_and_one_must_be_known() {
        byte[] content = "content".getBytes(UTF_8);
        String sha256 = Digest.of(content).hex();
        String sha512 =
                "b2d1d285b5199c85f988d03649c37e44fd3dde01e5d69c50fef90651962f48110e9340b60d49a479c4c0b53f5f07d690686dd87d2481937a512e8b85ee7c617f";
        assertThat(target(Map.of("sha512", sha512)).verify(content)).isSameAs(content);
        assertThat(target(Map.of("sha256", sha256, "sha512", sha512)).verify(content)).isNotEmpty();
        assertThat(target(Map.of("sha256", sha256, "blake9", "any")).verify(content)).isNotEmpty();
        assertThatThrownBy(() ->
                        target(Map.of("sha256", sha256, "sha512", "0".repeat(128))).verify(content))
                .isInstanceOf(WrongTarget.class);
        assertThatThrownBy(() ->
                        target(Map.of("md5", "9a0364b9e99bb480dd25e1f0284c8555")).verify(content))
                .isInstanceOf(WrongTarget.class);
    }

    private static TargetFile target(Map<String, String> hashes) {
        return new TargetFile("name", 7, new Hashes(new TreeMap<>(hashes)), JsonObject.EMPTY);
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                (1L << 31) - 1,
                1L << 31,
                (1L << 31) + 1,
                (1L << 32) - 1,
                1L << 32,
                (1L << 32) + 1,
                Long.MAX_VALUE
            })
    void a_great_length_is_neither_cut_to_32_bits_nor_fetched(long length) throws Exception {
        JsonObject json =
                JsonObject.of("length", length).with("hashes", Hashes.of(new byte[0]).toJson());
        TargetFile file = TargetFile.read("great", json);
        assertThat(file.sizeBytes()).isEqualTo(length);
        assertThat(file.toJson()).isEqualTo(json);
        assertThatThrownBy(() -> file.verify(new byte[0])).isInstanceOf(WrongTarget.class);

        MetaFile meta = MetaFile.read(json.with("version", length));
        assertThat(meta.fetchLimit(1000)).isEqualTo(1000);
        assertThat(meta.version()).isEqualTo(length);
        assertThatThrownBy(() -> meta.requireContent("great.json", new byte[0]))
                .isInstanceOf(TrustException.MixAndMatch.class);
    }

    @Test
    void members_that_nobody_knows_are_signed_kept_and_no_reason_to_refuse() throws Exception {
        JsonObject file =
                TargetFile.of(TARGET, new byte[3])
                        .toJson()
                        .with("custom", JsonObject.of("note", "kept"));
        JsonObject targets =
                new Targets(new Header(1, FAR, null), Map.of(), List.of())
                        .toJson()
                        .with("targets", JsonObject.of(TARGET, file))
                        .with("x-more", "kept too");
        Targets read = Targets.read(targets);
        assertThat(read.toJson()).isEqualTo(targets);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.content.delta.DeltaApply;
import dev.evenkeel.content.delta.DeltaFile;
import dev.evenkeel.content.delta.DeltaMaker;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.MalformedInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two releases and the delta between their slot images.
class DeltaStoreTest {
    private static final Instant NOW = Instant.parse("2027-01-01T00:00:00Z");
    private static final Duration GRACE = Duration.ofHours(24);
    private static final long MEMORY = 64L << 20;

    @TempDir Path folder;

    private Path repository = Path.of("");
    private Path made = Path.of("");
    private final List<BuiltRelease> releases = new ArrayList<>();

    @BeforeEach
    void two_releases_are_there() throws IOException {
        repository = folder.resolve("repository");
        var content = ContentFolder.open(repository);
        byte[] slot = Images.random(new Random(61), 700_000);
        byte[] boot = Images.random(new Random(62), 50_000);
        for (String version : List.of("1.0", "1.1")) {
            BuiltRelease release = BuiltRelease.build(folder.resolve(version), version, slot, boot);
            content.publish(release.folder(), release.manifest());
            name(release);
            releases.add(release);
            slot = Images.edited(new Random(63), slot, 4);
        }
        made = folder.resolve("made");
        new DeltaMaker(MEMORY, (step, done, whole) -> {})
                .make(image(0, "slot.img"), image(1, "slot.img"), made);
    }

    @Test
    void a_delta_lies_under_the_digest_of_its_head_and_makes_the_new_image() throws IOException {
        StoredDelta delta = ContentFolder.open(repository).addDelta(made);

        byte[] head = Arrays.copyOf(Files.readAllBytes(made), delta.headBytes().length);
        assertThat(delta.name()).isEqualTo(Digest.of(head));
        assertThat(delta.target())
                .isEqualTo(
                        "deltas/"
                                + Digest.of(Files.readAllBytes(image(0, "slot.img")))
                                + "-"
                                + Digest.of(Files.readAllBytes(image(1, "slot.img"))));
        Path stored =
                ContentFolder.open(repository).file(ContentPath.delta(delta.name())).orElseThrow();
        assertThat(Files.readAllBytes(stored)).isEqualTo(Files.readAllBytes(made));
        Path applied = folder.resolve("applied");
        try (DeltaFile file = DeltaFile.open(stored);
                RandomBytes old = RandomBytes.open(image(0, "slot.img"))) {
            new DeltaApply(file.head(), old, MEMORY).image(file, applied, done -> {});
        }
        assertThat(applied).hasSameBinaryContentAs(image(1, "slot.img"));
        assertThat(ContentFolder.open(repository).deltas())
                .extracting(StoredDelta::target)
                .containsExactly(delta.target());
    }

    @Test
    void the_steps_make_visible_only_what_is_on_the_medium_and_complete() throws IOException {
        var steps = new RecordedSteps();

        ContentFolder.open(repository, steps).addDelta(made);

        assertThat(steps.trace).containsExactly("copy", "move to deltas", "sync deltas");
    }

    @Test
    void a_crash_after_any_step_leaves_no_half_delta_and_it_can_be_added_again()
            throws IOException {
        var steps = new RecordedSteps();
        ContentFolder.open(repository, steps).addDelta(made);
        assertThat(steps.crashes).hasSize(4);

        for (Path crashed : steps.crashes) {
            var content = ContentFolder.open(crashed);
            assertThat(crashed.resolve(".incoming")).as("swept").isEmptyDirectory();
            assertThat(content.check().problems()).isEmpty();

            StoredDelta delta = content.addDelta(made);

            nameDelta(crashed, delta);
            assertThat(content.check().problems()).isEmpty();
            assertThat(content.check().leftovers()).isEmpty();
            assertThat(content.check().deltas()).isEqualTo(1);
        }
    }

    @Test
    void a_full_disk_at_any_step_is_an_error_that_leaves_nothing_behind() throws IOException {
        for (int step = 0; step < 3; step++) {
            int failing = step;
            Path copy = copy(repository, folder.resolve("full-" + step));
            var content =
                    ContentFolder.open(
                            copy,
                            new RecordedSteps() {
                                @Override
                                void crash() throws IOException {
                                    if (trace.size() == failing + 1) {
                                        throw new IOException("No space left on device");
                                    }
                                }
                            });

            assertThatThrownBy(() -> content.addDelta(made))
                    .isInstanceOf(IOException.class)
                    .hasMessage("No space left on device");

            assertThat(ContentFolder.open(copy).check().problems()).isEmpty();
            assertThat(copy.resolve(".incoming")).isEmptyDirectory();
        }
    }

    @Test
    void a_delta_with_a_wrong_byte_or_that_is_cut_off_is_not_taken_in() throws IOException {
        byte[] whole = Files.readAllBytes(made);
        var content = ContentFolder.open(repository);
        for (int at = 0; at < whole.length; at += 1 + whole.length / 60) {
            if (at == 6 || at == 7) continue;
            byte[] wrong = whole.clone();
            wrong[at] ^= 1;
            Files.write(made, wrong);
            assertThatThrownBy(() -> content.addDelta(made))
                    .as("byte " + at)
                    .isInstanceOf(MalformedInput.class);
            Files.write(made, Arrays.copyOf(whole, at));
            assertThatThrownBy(() -> content.addDelta(made))
                    .as("cut at " + at)
                    .isInstanceOf(MalformedInput.class);
        }
        assertThat(repository.resolve("deltas")).isEmptyDirectory();
    }

    @Test
    void a_rotten_delta_is_found_and_made_good_by_adding_it_again() throws IOException {
        StoredDelta delta = ContentFolder.open(repository).addDelta(made);
        nameDelta(repository, delta);
        Path file = repository.resolve(ContentPath.delta(delta.name()));
        byte[] rotten = Files.readAllBytes(file);
        rotten[rotten.length - 1] ^= 1;
        Files.write(file, rotten);
        assertThat(check().problems())
                .singleElement()
                .asString()
                .startsWith(ContentPath.delta(delta.name()) + ": delta, frame ");

        ContentFolder.open(repository).addDelta(made);

        assertThat(check().problems()).isEmpty();
    }

    @Test
    void check_follows_from_the_newest_metadata_to_deltas() throws IOException {
        StoredDelta delta = ContentFolder.open(repository).addDelta(made);
        assertThat(check().leftovers()).containsExactly(ContentPath.delta(delta.name()));
        nameDelta(repository, delta);
        assertThat(check().problems()).isEmpty();
        assertThat(check().leftovers()).isEmpty();

        String other = "deltas/" + "ab".repeat(32) + "-" + "cd".repeat(32);
        nameDelta(repository, other, delta.name(), delta.headBytes().length);
        assertThat(check().problems())
                .singleElement()
                .asString()
                .contains("names " + other, "is " + delta.target());

        Files.delete(repository.resolve(ContentPath.delta(delta.name())));
        assertThat(check().problems()).singleElement().asString().endsWith("is missing");
    }

    @Test
    void a_collection_keeps_what_is_named_and_what_is_young() throws IOException {
        StoredDelta delta = addAt(NOW);
        Path file = repository.resolve(ContentPath.delta(delta.name()));
        Instant later = NOW.plus(Duration.ofDays(30));
        nameDelta(repository, delta);
        assertThat(collect(later).deltas()).isEmpty();
        assertThat(file).exists();

        Files.delete(repository.resolve("metadata/1.deltas.json"));
        at(later).touchDelta(delta.name());
        assertThat(collect(later.plus(GRACE).minusSeconds(1)).deltas()).isEmpty();
        Garbage garbage = collect(later.plus(GRACE));

        assertThat(garbage.deltas()).containsExactly(delta.name());
        assertThat(garbage.freedBytes()).isEqualTo(delta.sizeBytes());
        assertThat(file).doesNotExist();
        assertThat(check().problems()).isEmpty();
    }

    @Test
    void deltas_alone_are_collected_and_a_missing_one_does_not_block_it() throws IOException {
        StoredDelta delta = addAt(NOW);
        nameDelta(
                repository,
                "deltas/" + "ab".repeat(32) + "-" + "cd".repeat(32),
                Digest.of(new byte[1]),
                100);

        List<Digest> removed = at(NOW).removeUnnamedDeltas(NOW.plus(GRACE), GRACE);

        assertThat(removed).containsExactly(delta.name());
        assertThat(repository.resolve("deltas")).isEmptyDirectory();
    }

    @Test
    void stats_show_what_deltas_cost() throws IOException {
        StoredDelta delta = ContentFolder.open(repository).addDelta(made);
        assertThat(ContentFolder.open(repository).stats().deltas()).isEmpty();
        nameDelta(repository, delta);

        RepositoryStats stats = ContentFolder.open(repository).stats();

        assertThat(stats.deltaBytes()).isEqualTo(delta.sizeBytes()).isEqualTo(Files.size(made));
        RepositoryStats.DeltaCost cost = stats.deltas().getFirst();
        assertThat(cost.from()).containsExactly("1.0");
        assertThat(cost.to()).containsExactly("1.1");
        assertThat(cost.bytes()).isEqualTo(delta.sizeBytes());
    }

    @Test
    void an_image_comes_back_from_its_chunks_and_a_rotten_pack_does_not_give_one()
            throws IOException {
        Path image = folder.resolve("image");
        var payload = releases.get(1).manifest().payloads().getFirst();

        ContentFolder.open(repository).rebuild(payload, image);

        assertThat(image).hasSameBinaryContentAs(image(1, "slot.img"));
        for (Path pack : list(repository.resolve("packs"))) {
            byte[] bytes = Files.readAllBytes(pack);
            for (int at = 100; at < bytes.length; at += 1_000) bytes[at] ^= 1;
            Files.write(pack, bytes);
        }
        assertThatThrownBy(() -> ContentFolder.open(repository).rebuild(payload, image))
                .isInstanceOf(ContentFault.WrongFrame.class);
    }

    private StoredDelta addAt(Instant time) throws IOException {
        StoredDelta delta = at(time).addDelta(made);
        at(time).touchDelta(delta.name());
        return delta;
    }

    private ContentFolder at(Instant time) throws IOException {
        return ContentFolder.open(repository, new FileSteps(InstantSource.fixed(time)));
    }

    private Garbage collect(Instant now) throws IOException {
        return at(now).collectGarbage(now, GRACE, 100);
    }

    private ContentFolder.Check check() throws IOException {
        return ContentFolder.open(repository).check();
    }

    private Path image(int release, String file) {
        return releases.get(release).folder().resolve(file);
    }

    private void name(BuiltRelease release) throws IOException {
        byte[] bytes = release.manifest().toBytes();
        String version = release.manifest().version().text();
        Path manifest =
                repository.resolve(
                        "targets/channels/dev/qemu-x86/"
                                + Digest.of(bytes)
                                + "."
                                + version
                                + ".json");
        Files.createDirectories(manifest.getParent());
        Files.write(manifest, bytes);
        Files.setLastModifiedTime(manifest, FileTime.from(NOW.plusSeconds(releases.size())));
    }

    private static void nameDelta(Path where, StoredDelta delta) throws IOException {
        nameDelta(where, delta.target(), delta.name(), delta.headBytes().length);
    }

    private static void nameDelta(Path where, String target, Digest head, int headBytes)
            throws IOException {
        Files.createDirectories(where.resolve("metadata"));
        Files.writeString(
                where.resolve("metadata/1.deltas.json"),
                "{\"signatures\":[],\"signed\":{\"_type\":\"targets\",\"targets\":{\""
                        + target
                        + "\":{\"length\":"
                        + headBytes
                        + ",\"hashes\":{\"sha256\":\""
                        + head
                        + "\"}}}}}");
    }

    private static List<Path> list(Path inside) throws IOException {
        try (Stream<Path> files = Files.list(inside)) {
            return files.toList();
        }
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
        return to;
    }

    /// Does the steps, and keeps a copy of the repository in the middle of the copy and after each
    /// step.
    private class RecordedSteps extends TracedSteps {
        private final List<Path> crashes = new ArrayList<>();

        @Override
        void copyFile(Path from, Path to) throws IOException {
            byte[] bytes = Files.readAllBytes(from);
            Files.write(to, Arrays.copyOf(bytes, bytes.length / 2));
            crash();
            Files.delete(to);
            super.copyFile(from, to);
            done("copy");
        }

        @Override
        void crash() throws IOException {
            crashes.add(copy(repository, folder.resolve("crash-" + crashes.size())));
        }
    }
}

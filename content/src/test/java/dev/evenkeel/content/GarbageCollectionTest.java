// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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

/// Three releases of one image; the first is withdrawn: its manifest is gone.
class GarbageCollectionTest {
    private static final Instant NOW = Instant.parse("2027-01-01T00:00:00Z");
    private static final Duration GRACE = Duration.ofHours(24);
    private static final int DEAD_PERCENT = 30;

    @TempDir Path folder;

    private final byte[] boot = Images.random(new Random(43), 60_000);
    private Path repository = Path.of("");
    private final List<BuiltRelease> releases = new ArrayList<>();

    @BeforeEach
    void three_releases_are_there_and_the_first_is_withdrawn() throws IOException {
        repository = folder.resolve("repository");
        var content = ContentFolder.open(repository);
        byte[] common = Images.random(new Random(40), 500_000);
        for (int i = 0; i < 3; i++) {
            byte[] own = Images.random(new Random(100 + i), 900_000);
            byte[] slot = Images.splice(own, own.length, 0, common);
            String version = "1." + i;
            BuiltRelease release =
                    BuiltRelease.build(folder.resolve("release-" + i), version, slot, boot);
            content.publish(release.folder(), release.manifest());
            name(repository, release);
            releases.add(release);
        }
        Files.delete(manifest(repository, releases.getFirst()));
        age(repository, NOW.minus(Duration.ofDays(40)));
    }

    @Test
    void a_dry_run_tells_everything_and_changes_nothing() throws IOException {
        List<String> before = listing(repository);

        Garbage garbage = ContentFolder.open(repository).garbage(NOW, GRACE, DEAD_PERCENT);

        // the boot image's index is the same for all three
        assertThat(garbage.indexes()).containsExactly(slotIndex(0));
        assertThat(garbage.locations()).containsExactly(slotIndex(0));
        assertThat(garbage.packs()).isEmpty();
        assertThat(garbage.rewrites()).hasSize(1);
        assertThat(listing(repository)).isEqualTo(before);
    }

    @Test
    void what_nothing_refers_to_goes_in_two_runs_and_the_rest_installs() throws IOException {
        long before = bytes(repository);

        collect(repository, NOW);
        requireWhole(repository);
        Garbage second = collect(repository, NOW.plus(Duration.ofDays(2)));

        assertThat(second.packs()).hasSize(1);
        requireWhole(repository);
        assertThat(ContentFolder.open(repository).check().leftovers()).isEmpty();
        assertThat(before - bytes(repository)).isGreaterThan(500_000);
        assertThat(collect(repository, NOW.plus(Duration.ofDays(4))).isEmpty()).isTrue();
    }

    @Test
    void a_crash_after_any_step_leaves_every_release_whole_and_the_next_run_finishes()
            throws IOException {
        long before = bytes(repository);
        var steps = new RecordedSteps();
        ContentFolder.open(repository, steps).collectGarbage(NOW, GRACE, DEAD_PERCENT);
        assertThat(steps.crashes).hasSizeGreaterThan(10);

        for (Path crashed : steps.crashes) {
            requireWhole(crashed);
            age(crashed, NOW.minus(Duration.ofDays(3)));
            collect(crashed, NOW.plus(Duration.ofDays(2)));
            collect(crashed, NOW.plus(Duration.ofDays(4)));
            requireWhole(crashed);
            assertThat(ContentFolder.open(crashed).check().leftovers()).isEmpty();
            // the crash in the middle of a rewrite may have some frames in both new packs
            assertThat(bytes(crashed)).isLessThan(before);
        }
    }

    @Test
    void a_release_whose_manifest_is_not_written_yet_is_left_alone() throws IOException {
        BuiltRelease next =
                BuiltRelease.build(
                        folder.resolve("next"), "2.0", Images.random(new Random(7), 300_000), boot);
        ContentFolder.open(repository, new FileSteps(InstantSource.fixed(NOW)))
                .publish(next.folder(), next.manifest());
        touchAll(repository, next, NOW);

        collect(repository, NOW.plusSeconds(60));

        assertThat(fresh(repository, next.slot())).isEqualTo(slot(next));
    }

    @Test
    void a_withdrawn_release_that_is_published_again_is_left_alone_until_it_is_named()
            throws IOException {
        BuiltRelease again = releases.getFirst();
        ContentFolder.open(repository, new FileSteps(InstantSource.fixed(NOW)))
                .publish(again.folder(), again.manifest());

        collect(repository, NOW.plusSeconds(60));

        assertThat(fresh(repository, again.slot())).isEqualTo(slot(again));
    }

    @Test
    void nothing_is_removed_while_something_is_broken() throws IOException {
        Path broken =
                repository.resolve(ContentPath.locations(releases.get(1).slot().file().digest()));
        Files.write(broken, new byte[100]);
        age(repository, NOW.minus(Duration.ofDays(40)));
        List<String> before = listing(repository);

        assertThatThrownBy(() -> collect(repository, NOW))
                .isInstanceOf(ContentFault.Unsound.class)
                .hasMessageContaining("nothing was removed");
        assertThat(listing(repository)).isEqualTo(before);
    }

    @Test
    void a_folder_without_manifests_is_not_emptied() throws IOException {
        Folders.delete(repository.resolve("targets"));

        assertThatThrownBy(() -> collect(repository, NOW))
                .isInstanceOf(ContentFault.Unsound.class)
                .hasMessageContaining("nothing says what is in use");
    }

    @Test
    void a_rotten_frame_is_never_copied_into_a_new_pack() throws IOException {
        Garbage plan = ContentFolder.open(repository).garbage(NOW, GRACE, DEAD_PERCENT);
        Path pack = repository.resolve(ContentPath.pack(plan.rewrites().getFirst().pack()));
        byte[] bytes = Files.readAllBytes(pack);
        for (int at = 8; at < bytes.length; at += 1_000) bytes[at] ^= 1;
        Files.write(pack, bytes);
        age(repository, NOW.minus(Duration.ofDays(40)));

        assertThatThrownBy(() -> collect(repository, NOW)).isInstanceOf(ContentFault.Unsound.class);
    }

    @Test
    void check_follows_from_manifests_to_raw_chunks() throws IOException {
        var content = ContentFolder.open(repository);
        var seen = new ArrayList<String>();
        assertThat(content.check(seen::add).problems()).isEmpty();
        assertThat(seen).hasSize(7); // three packs, four indexes
        assertThat(content.check().leftovers()).contains(ContentPath.index(slotIndex(0)));

        Files.delete(repository.resolve(ContentPath.index(slotIndex(2))));
        assertThat(content.check().problems())
                .anyMatch(problem -> problem.contains("slot_image needs indexes/" + slotIndex(2)));

        Path manifest = manifest(repository, releases.get(1));
        Files.write(manifest, new byte[] {'{', '}'});
        assertThat(content.check().problems())
                .anyMatch(problem -> problem.contains(".1.1.json: was altered"));
    }

    @Test
    void check_follows_from_the_newest_metadata_to_manifests() throws IOException {
        Path metadata = Files.createDirectories(repository.resolve("metadata"));
        String name = "channels/dev/qemu-x86/9.9.json";
        Files.writeString(metadata.resolve("1.channel.json"), targets(""));
        Files.writeString(
                metadata.resolve("2.channel.json"),
                targets(
                        "\""
                                + name
                                + "\":{\"length\":5,\"hashes\":{\"sha256\":\""
                                + "ab".repeat(32)
                                + "\"}}"));

        assertThat(ContentFolder.open(repository).check().problems())
                .singleElement()
                .asString()
                .startsWith("metadata/2.channel.json: names " + name)
                .endsWith("is missing");
    }

    @Test
    void stats_put_each_frame_on_the_account_of_the_first_that_used_it() throws IOException {
        Files.setLastModifiedTime(manifest(repository, releases.get(2)), FileTime.from(NOW));

        RepositoryStats stats = ContentFolder.open(repository).stats();

        assertThat(stats.releases()).hasSize(2);
        RepositoryStats.ReleaseCost first = stats.releases().getFirst();
        RepositoryStats.ReleaseCost second = stats.releases().getLast();
        assertThat(first.release()).isEqualTo("1.1");
        assertThat(first.sharedBytes()).isZero();
        assertThat(second.sharedBytes()).isPositive();
        assertThat(second.newBytes()).isLessThan(first.newBytes());
        assertThat(stats.packs()).isEqualTo(3);
        assertThat(stats.unusedBytes())
                .isEqualTo(stats.packBytes() - first.newBytes() - second.newBytes())
                .isPositive();
    }

    private static String targets(String targets) {
        return "{\"signatures\":[],\"signed\":{\"_type\":\"targets\",\"targets\":{"
                + targets
                + "}}}";
    }

    private Garbage collect(Path where, Instant now) throws IOException {
        var steps = new FileSteps(InstantSource.fixed(now));
        return ContentFolder.open(where, steps).collectGarbage(now, GRACE, DEAD_PERCENT);
    }

    private void requireWhole(Path where) throws IOException {
        var content = ContentFolder.open(where);
        assertThat(content.check().problems()).isEmpty();
        for (BuiltRelease release : releases.subList(1, 3)) {
            assertThat(fresh(where, release.slot())).isEqualTo(slot(release));
            assertThat(fresh(where, release.boot())).isEqualTo(boot);
        }
    }

    private Digest slotIndex(int release) {
        return releases.get(release).slot().file().digest();
    }

    private static byte[] slot(BuiltRelease release) throws IOException {
        return Files.readAllBytes(release.folder().resolve("slot.img"));
    }

    private static byte[] fresh(Path where, ChunkIndex index) throws IOException {
        return Installation.of(index, ContentFolder.open(where), LocalChunks.none()).image();
    }

    private static Path manifest(Path where, BuiltRelease release) {
        byte[] bytes = release.manifest().toBytes();
        return where.resolve(
                "targets/channels/dev/qemu-x86/"
                        + Digest.of(bytes)
                        + "."
                        + release.manifest().version().text()
                        + ".json");
    }

    private static void name(Path where, BuiltRelease release) throws IOException {
        Path manifest = manifest(where, release);
        Files.createDirectories(manifest.getParent());
        Files.write(manifest, release.manifest().toBytes());
    }

    private static void touchAll(Path where, BuiltRelease release, Instant time)
            throws IOException {
        for (ChunkIndex index : List.of(release.slot(), release.boot())) {
            Path file = where.resolve(ContentPath.index(index.file().digest()));
            Files.setLastModifiedTime(file, FileTime.from(time));
        }
    }

    private static void age(Path where, Instant time) throws IOException {
        try (Stream<Path> files = Files.walk(where)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.setLastModifiedTime(file, FileTime.from(time));
            }
        }
    }

    private static long bytes(Path where) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.walk(where)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) bytes += Files.size(file);
        }
        return bytes;
    }

    private static List<String> listing(Path where) throws IOException {
        try (Stream<Path> files = Files.walk(where)) {
            return files.map(file -> where.relativize(file).toString())
                    .filter(name -> !name.equals(".lock"))
                    .sorted()
                    .toList();
        }
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        return to;
    }

    /// Does the steps, and keeps a copy of the repository as it was before the first step, in the
    /// middle of each write and after each step.
    private final class RecordedSteps extends FileSteps {
        final List<Path> crashes = new ArrayList<>();

        RecordedSteps() {
            super(InstantSource.fixed(NOW));
        }

        @Override
        PackWriter startPack(Path file) throws IOException {
            crash();
            PackWriter pack = super.startPack(file);
            crash();
            return pack;
        }

        @Override
        Digest finishPack(PackWriter pack) throws IOException {
            crash();
            Digest name = super.finishPack(pack);
            crash();
            return name;
        }

        @Override
        void write(Path file, byte[] bytes) throws IOException {
            Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
            crash();
            Files.delete(file);
            super.write(file, bytes);
            crash();
        }

        @Override
        void move(Path from, Path to) throws IOException {
            super.move(from, to);
            crash();
        }

        @Override
        void delete(Path file) throws IOException {
            super.delete(file);
            crash();
        }

        @Override
        void touch(Path file) throws IOException {
            super.touch(file);
            crash();
        }

        private void crash() throws IOException {
            crashes.add(copy(repository, folder.resolve("crash-" + crashes.size())));
        }
    }
}

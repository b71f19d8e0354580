// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.MalformedInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentFolderTest {
    @TempDir Path folder;

    private final RandomGenerator random = new SplittableRandom(11);
    private byte[] slotOne = new byte[0];
    private byte[] slotTwo = new byte[0];
    private byte[] boot = new byte[0];
    private Path repository = Path.of("");

    @BeforeEach
    void images() {
        repository = folder.resolve("repository");
        slotOne = Images.random(random, 1_500_000);
        slotTwo = Images.edited(random, slotOne, 2);
        boot = Images.random(random, 200_000);
    }

    @Test
    void a_device_rebuilds_every_byte_of_random_releases_from_ranges_and_its_own_slot() {
        Seeds.each(
                2,
                seeded -> {
                    Path place = Files.createTempDirectory(folder, "seeded");
                    var content = ContentFolder.open(place.resolve("repository"));
                    byte[] slot = Images.random(seeded, seeded.nextInt(2_000_000));
                    for (int release = 1; release <= 3; release++) {
                        var built =
                                BuiltRelease.build(
                                        place.resolve("r" + release), "1." + release, slot, boot);
                        content.publish(built.folder(), built.manifest());

                        assertThat(fresh(content, built.slot()).image()).isEqualTo(slot);
                        byte[] next = Images.edited(seeded, concat(slot, boot), 3);
                        var over = new LocalChunks.Image(built.slot(), new MemoryDisk(slot));
                        var after =
                                BuiltRelease.build(
                                        place.resolve("n" + release), "2." + release, next, boot);
                        content.publish(after.folder(), after.manifest());
                        var local = new LocalChunks(List.of(over));
                        assertThat(Installation.of(after.slot(), content, local).image())
                                .isEqualTo(next);
                        slot = next;
                    }
                    assertThat(content.check().problems()).isEmpty();
                    assertThat(content.check().leftovers()).isEmpty();
                });
    }

    @Test
    void a_second_release_adds_only_what_the_repository_lacked() throws IOException {
        var content = ContentFolder.open(repository);
        var one = publish(content, "1.0", slotOne);
        var two = publish(content, "1.1", slotTwo);

        assertThat(two.newChunks()).isBetween(1, one.newChunks() / 2);
        assertThat(two.newBytes())
                .isEqualTo(Files.size(repository.resolve("packs/" + two.pack().orElseThrow())));
    }

    @Test
    void the_usual_step_is_few_ranges_of_the_new_pack_and_the_rest_is_reused() throws IOException {
        var content = ContentFolder.open(repository);
        var one = build("1.0", slotOne);
        var two = build("1.1", slotTwo);
        content.publish(one.folder(), one.manifest());
        var added = content.publish(two.folder(), two.manifest());
        var running = new LocalChunks.Image(one.slot(), new MemoryDisk(slotOne));

        Installation step = Installation.of(two.slot(), content, new LocalChunks(List.of(running)));

        assertThat(step.image()).isEqualTo(slotTwo);
        assertThat(step.fetch().ranges()).hasSize(1);
        assertThat(step.fetch().ranges().getFirst().pack()).isEqualTo(added.pack().orElseThrow());
        assertThat(step.plan().bytesToFetch()).isEqualTo(added.newBytes() - 8);
    }

    @Test
    void publishing_a_release_again_changes_nothing() throws IOException {
        var content = ContentFolder.open(repository);
        publish(content, "1.0", slotOne);
        List<String> before = listing();

        var again = content.publish(folder.resolve("1.0"), build("1.0", slotOne).manifest());

        assertThat(again.newChunks()).isZero();
        assertThat(again.pack()).isEmpty();
        assertThat(listing()).isEqualTo(before);
    }

    @Test
    void a_release_does_not_lean_on_a_pack_that_decayed() throws IOException {
        var content = ContentFolder.open(repository);
        var one = publish(content, "1.0", slotOne);
        Path pack = repository.resolve("packs/" + one.pack().orElseThrow());
        flip(pack, Files.size(pack) / 2);
        assertThat(content.check().isSound()).isFalse();

        var two = build("1.1", slotTwo);
        content.publish(two.folder(), two.manifest());

        assertThat(fresh(content, two.slot()).image()).isEqualTo(slotTwo);
    }

    @Test
    void a_lost_pack_or_altered_locations_are_made_good_by_publishing_again() throws IOException {
        var content = ContentFolder.open(repository);
        var one = build("1.0", slotOne);
        var added = content.publish(one.folder(), one.manifest());
        Files.delete(repository.resolve("packs/" + added.pack().orElseThrow()));
        Files.writeString(
                repository.resolve(ContentPath.locations(one.slot().file().digest())), "EKLO?");
        assertThat(content.check().isSound()).isFalse();

        content.publish(one.folder(), one.manifest());

        assertThat(content.check().problems()).isEmpty();
        assertThat(fresh(content, one.slot()).image()).isEqualTo(slotOne);
    }

    @Test
    void a_check_finds_a_flipped_bit_in_every_file() throws IOException {
        var content = ContentFolder.open(repository);
        publish(content, "1.0", slotOne);
        for (String path : listing()) {
            Path file = repository.resolve(path);
            byte[] whole = Files.readAllBytes(file);
            flip(file, random.nextLong(whole.length));

            assertThat(content.check().problems()).as(path).isNotEmpty();
            Files.write(file, whole);
        }
        assertThat(content.check().problems()).isEmpty();
    }

    @Test
    void a_check_names_strange_and_leftover_files() throws IOException {
        var content = ContentFolder.open(repository);
        publish(content, "1.0", slotOne);
        Files.writeString(repository.resolve("packs/notes.txt"), "?");
        Path index = repository.resolve("indexes");
        try (Stream<Path> indexes = Files.list(index)) {
            for (Path one : indexes.toList()) Files.delete(one);
        }

        assertThat(content.check().problems())
                .containsExactly("packs/notes.txt: does not belong into a repository");
        assertThat(content.check().leftovers()).hasSize(3);
    }

    @Test
    void serves_only_paths_of_a_repository() throws IOException {
        var content = ContentFolder.open(repository);
        var one = publish(content, "1.0", slotOne);
        String pack = ContentPath.pack(one.pack().orElseThrow());
        Files.createDirectories(repository.resolve("metadata"));
        Files.writeString(repository.resolve("metadata/1.root.json"), "{}");
        Files.writeString(folder.resolve("secret"), "");
        Files.createSymbolicLink(
                repository.resolve("packs/" + "0".repeat(64)), folder.resolve("secret"));

        assertThat(content.file(pack)).isPresent();
        assertThat(content.file("metadata/1.root.json")).isPresent();
        for (String refused :
                List.of(
                        "",
                        "/",
                        ".",
                        ".lock",
                        ".incoming/pack",
                        "packs",
                        "packs/",
                        "packs/" + "1".repeat(64),
                        "packs/" + "0".repeat(64),
                        "packs/../" + pack,
                        "/" + pack,
                        pack + "/",
                        pack + "\0",
                        pack + "\n",
                        pack.toUpperCase(java.util.Locale.ROOT),
                        "packs/..%2f..%2fsecret",
                        "packs\\" + pack.substring(6),
                        "metadata/../../secret",
                        "metadata/.hidden.json",
                        "metadata/..json",
                        "metadata/2.root.json",
                        "targets/channels/../../secret.json",
                        "../secret")) {
            assertThat(content.file(refused)).as(refused).isEmpty();
        }
    }

    @Test
    void a_range_is_exactly_the_bytes_asked_for() throws IOException {
        var content = ContentFolder.open(repository);
        String pack = ContentPath.pack(publish(content, "1.0", slotOne).pack().orElseThrow());
        byte[] whole = Files.readAllBytes(repository.resolve(pack));
        try (var in = content.open(pack, 1_000, 70_000)) {
            in.skipNBytes(10);
            assertThat(in.read()).isEqualTo(whole[1_010] & 0xff);
            assertThat(in.readAllBytes())
                    .isEqualTo(java.util.Arrays.copyOfRange(whole, 1_011, 71_000));
        }
        assertThatThrownBy(() -> content.open("packs/" + "1".repeat(64), 0, 1))
                .isInstanceOf(ContentFault.NotCarried.class);
        assertThatThrownBy(() -> content.fetch(pack, whole.length - 1))
                .isInstanceOf(IOException.class);
    }

    @Test
    void a_carrier_that_cannot_be_written_still_serves() throws IOException {
        var content = ContentFolder.open(repository);
        var one = build("1.0", slotOne);
        content.publish(one.folder(), one.manifest());
        Path stick = folder.resolve("stick");
        for (String path : listing()) {
            Files.createDirectories(stick.resolve(path).getParent());
            Files.copy(repository.resolve(path), stick.resolve(path));
        }

        assertThat(fresh(ContentFolder.open(stick), one.slot()).image()).isEqualTo(slotOne);
    }

    @Test
    void missing_locations_and_malformed_ones_are_clear_faults() throws IOException {
        var content = ContentFolder.open(repository);
        var one = build("1.0", slotOne);
        content.publish(one.folder(), one.manifest());
        Path locations = repository.resolve(ContentPath.locations(one.slot().file().digest()));
        Files.writeString(locations, "nonsense");
        assertThatThrownBy(() -> fresh(content, one.slot())).isInstanceOf(MalformedInput.class);
        Files.delete(locations);
        assertThatThrownBy(() -> fresh(content, one.slot()))
                .isInstanceOf(ContentFault.NotCarried.class);
    }

    private BuiltRelease build(String version, byte[] slot) throws IOException {
        Path place = folder.resolve(version);
        if (Files.exists(place)) place = Files.createTempDirectory(folder, version);
        return BuiltRelease.build(place, version, slot, boot);
    }

    private ContentFolder.Published publish(ContentFolder content, String version, byte[] slot)
            throws IOException {
        var built = build(version, slot);
        return content.publish(built.folder(), built.manifest());
    }

    private static Installation fresh(ContentFolder content, ChunkIndex index) throws IOException {
        return Installation.of(index, content, LocalChunks.none());
    }

    private List<String> listing() throws IOException {
        try (Stream<Path> files = Files.walk(repository)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> repository.relativize(file).toString())
                    .filter(path -> !path.startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    private static byte[] concat(byte[] one, byte[] two) {
        return Images.splice(one, one.length, 0, two);
    }

    static void flip(Path file, long at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) at] ^= 4;
        Files.write(file, bytes);
    }
}

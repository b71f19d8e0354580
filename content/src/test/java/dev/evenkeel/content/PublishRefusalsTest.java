// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A release folder is a closed world; after every refusal the repository is as empty as before.
class PublishRefusalsTest {
    @TempDir Path folder;

    private byte[] slot = new byte[0];
    private byte[] boot = new byte[0];

    @BeforeEach
    void images() {
        slot = Images.random(new Random(21), 700_000);
        boot = Images.random(new Random(22), 100_000);
    }

    @Test
    void a_missing_part_is_refused_by_name() throws IOException {
        for (String part : parts()) {
            if (part.equals("disk.img") || part.equals("size-report.json")) continue;
            var release = build();
            Files.delete(release.folder().resolve(part));

            assertThatThrownBy(() -> publish(release))
                    .isInstanceOfSatisfying(
                            ContentFault.MissingPart.class,
                            fault -> assertThat(fault.part()).isEqualTo(part));
        }
    }

    @Test
    void an_extra_part_is_refused_by_name() throws IOException {
        for (String extra : List.of("root.img", ".hidden", "indexes/" + "0".repeat(64))) {
            var release = build();
            Files.writeString(release.folder().resolve(extra), "?");

            assertThatThrownBy(() -> publish(release))
                    .isInstanceOfSatisfying(
                            ContentFault.UnexpectedPart.class,
                            fault -> assertThat(fault.part()).isEqualTo(extra));
        }
    }

    @Test
    void an_altered_part_is_refused() throws IOException {
        for (String part : parts()) {
            if (part.equals("disk.img") || part.equals("size-report.json")) continue;
            for (int place = 0; place < 3; place++) {
                var release = build();
                Path file = release.folder().resolve(part);
                ContentFolderTest.flip(file, (Files.size(file) - 1) * place / 2);

                assertThatThrownBy(() -> publish(release))
                        .as(part)
                        .isInstanceOfAny(ContentFault.AlteredPart.class, MalformedInput.class)
                        .hasMessageContaining(part.equals("manifest.json") ? "manifest" : part);
            }
        }
    }

    @Test
    void a_truncated_or_longer_part_is_refused() throws IOException {
        for (String part : parts()) {
            if (part.equals("disk.img") || part.equals("size-report.json")) continue;
            for (int more : new int[] {-1, 1}) {
                var release = build();
                Path file = release.folder().resolve(part);
                byte[] bytes = Files.readAllBytes(file);
                Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length + more));

                assertThatThrownBy(() -> publish(release))
                        .as(part)
                        .isInstanceOfAny(ContentFault.AlteredPart.class, MalformedInput.class);
            }
        }
    }

    @Test
    void a_link_in_place_of_a_part_is_refused() throws IOException {
        var release = build();
        Path part = release.folder().resolve("boot.img");
        Path elsewhere = Files.move(part, folder.resolve("elsewhere"));
        Files.createSymbolicLink(part, elsewhere);

        assertThatThrownBy(() -> publish(release))
                .isInstanceOf(ContentFault.AlteredPart.class)
                .hasMessageContaining("a plain file");
    }

    @Test
    void the_manifest_of_another_release_is_refused() throws IOException {
        var release = build();
        Manifest other = BuiltRelease.build(folder.resolve("other"), "9.9", slot, boot).manifest();

        assertThatThrownBy(() -> publish(release.folder(), other))
                .isInstanceOf(ContentFault.AlteredPart.class);
    }

    @Test
    void indexes_whose_chunks_make_another_image_are_refused() throws IOException {
        // the manifest and the index agree on a digest that the chunks do not make
        var release = build();
        ChunkIndex honest = release.slot();
        byte[] other = slot.clone();
        other[0] ^= 1;
        var lying =
                new ChunkIndex(
                        honest.imageBytes(), dev.evenkeel.core.Digest.of(other), honest.chunks());
        byte[] sbom = Files.readAllBytes(release.folder().resolve("sbom.cdx.json"));
        byte[] provenance = Files.readAllBytes(release.folder().resolve("provenance.json"));
        Manifest manifest = BuiltRelease.manifest("1.0", lying, release.boot(), sbom, provenance);
        Files.write(release.folder().resolve("slot.img"), other);
        Files.write(release.folder().resolve("manifest.json"), manifest.toBytes());
        Files.delete(release.folder().resolve(ContentPath.index(honest.file().digest())));
        Files.write(
                release.folder().resolve(ContentPath.index(lying.file().digest())),
                lying.toBytes());

        assertThatThrownBy(() -> publish(release.folder(), manifest))
                .isInstanceOf(ContentFault.WrongImage.class)
                .hasMessageContaining("slot_image");
    }

    @AfterEach
    void nothing_was_published() throws IOException {
        var check = ContentFolder.open(folder.resolve("repository")).check();
        assertThat(check.packs() + check.indexes()).isZero();
        assertThat(check.problems()).isEmpty();
        assertThat(check.leftovers()).isEmpty();
        assertThat(folder.resolve("repository/.incoming")).isEmptyDirectory();
    }

    private BuiltRelease build() throws IOException {
        return BuiltRelease.build(Files.createTempDirectory(folder, "release"), "1.0", slot, boot);
    }

    private void publish(BuiltRelease release) throws IOException {
        publish(release.folder(), release.manifest());
    }

    private void publish(Path release, Manifest manifest) throws IOException {
        ContentFolder.open(folder.resolve("repository")).publish(release, manifest);
    }

    private List<String> parts() throws IOException {
        Path release = build().folder();
        try (Stream<Path> files = Files.walk(release)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> release.relativize(file).toString())
                    .toList();
        }
    }
}

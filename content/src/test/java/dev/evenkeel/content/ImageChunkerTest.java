// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.content.filesystem.FilesystemLayout;
import dev.evenkeel.content.filesystem.FilesystemLayout.FileExtent;
import dev.evenkeel.content.filesystem.FilesystemTools;
import dev.evenkeel.core.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Images of the real tools, before and after a change: how much of the second is new.
class ImageChunkerTest {
    private static final int FILE_BYTES = 299_008;

    @TempDir private Path folder;
    private FilesystemTools tools;
    private Path tree;

    @BeforeEach
    void makeTree() throws IOException {
        tools = new FilesystemTools(folder);
        tree = folder.resolve("tree");
        var random = new Random(3);
        for (int i = 0; i < 12; i++) write("usr/bin/tool-" + i, noise(random, FILE_BYTES));
        for (int i = 0; i < 60; i++) write("usr/bin/small-" + i, bytes(random, 2_000 + 50 * i));
        for (int i = 0; i < 60; i++) write("usr/lib/modules/6.1/" + i, bytes(random, 30_000));
    }

    @Test
    void a_file_that_moved_is_found_again_on_ext4() throws IOException {
        byte[] before = ext4();
        move();

        // mke2fs may split one of them in another place, into the room that it finds first
        assertThat(newBytesOfMoved(before, ext4())).isLessThan(FILE_BYTES);
    }

    @Test
    void a_file_that_moved_is_found_again_on_erofs() throws IOException {
        byte[] before = erofs();
        move();
        byte[] after = erofs();

        assertThat(newBytesOfMoved(before, after)).isZero();
        // inodes, and the short files that lie among them
        assertThat(newBytes(before, after)).isLessThan(300_000);
    }

    private void move() throws IOException {
        Files.move(tree.resolve("usr/bin/tool-3"), tree.resolve("usr/aaa"));
        Files.move(tree.resolve("usr/bin/tool-8"), tree.resolve("zzz"));
    }

    private static long newBytesOfMoved(byte[] before, byte[] after) throws IOException {
        Set<Digest> known = names(before);
        var extents = FilesystemLayout.read(RandomBytes.of(after)).orElseThrow().extents();
        long bytes = 0;
        long at = 0;
        for (byte[] chunk : chunks(after)) {
            long start = at;
            at += chunk.length;
            if (known.contains(Digest.of(chunk))) continue;
            for (FileExtent extent : extents) {
                if (!Set.of("/usr/aaa", "/zzz").contains(extent.path())) continue;
                long from = Math.max(start, extent.at());
                bytes += Math.max(0, Math.min(at, extent.at() + extent.length()) - from);
            }
        }
        return bytes;
    }

    @Test
    void blocks_of_a_squashfs_that_did_not_change_are_found_again() throws IOException {
        byte[] before = squashfs();
        Files.move(tree.resolve("usr/bin/tool-3"), tree.resolve("usr/aaa"));
        write("usr/bin/tool-5", bytes(new Random(9), 200_000));

        // the new file, the fragments that its end shares, and metadata
        assertThat(newBytes(before, squashfs())).isLessThan(200_000 + 500_000);
    }

    @Test
    void a_small_file_that_changed_does_not_bring_its_whole_folder_anew() throws IOException {
        byte[] before = erofs();
        write("usr/bin/small-30", bytes(new Random(9), 3_500));

        assertThat(newBytes(before, erofs())).isLessThan(120_000);
    }

    @Test
    void small_files_of_a_package_travel_together_and_others_in_little_groups() throws IOException {
        List<Integer> lengths = chunks(ext4()).stream().map(chunk -> chunk.length).toList();

        // no cut inside of a file makes longer ones than 256 KiB
        assertThat(lengths).anyMatch(length -> length > 256 << 10);
        assertThat(lengths).allMatch(length -> length <= ImageChunker.MOST_TOGETHER);
        assertThat(lengths.size()).isLessThan(350);
    }

    @Test
    void no_byte_is_lost_or_told_twice() throws IOException {
        for (byte[] image : List.of(ext4(), erofs(), squashfs())) {
            var joined = new ArrayList<byte[]>(chunks(image));
            int at = 0;
            for (byte[] chunk : joined) {
                assertThat(chunk).isNotEmpty();
                for (byte value : chunk) assertThat(value == image[at++]).isTrue();
            }
            assertThat(at).isEqualTo(image.length);
        }
    }

    private static long newBytes(byte[] before, byte[] after) throws IOException {
        Set<Digest> known = names(before);
        long bytes = 0;
        for (byte[] chunk : chunks(after)) {
            if (known.add(Digest.of(chunk))) bytes += chunk.length;
        }
        return bytes;
    }

    private static Set<Digest> names(byte[] image) throws IOException {
        Set<Digest> names = new HashSet<>();
        for (byte[] chunk : chunks(image)) names.add(Digest.of(chunk));
        return names;
    }

    private static List<byte[]> chunks(byte[] image) throws IOException {
        RandomBytes bytes = RandomBytes.of(image);
        var chunker = new ImageChunker(bytes, ImageRegions.of(bytes));
        var chunks = new ArrayList<byte[]>();
        for (var next = chunker.next(); next.isPresent(); next = chunker.next()) {
            chunks.add(next.get());
        }
        return chunks;
    }

    private byte[] ext4() throws IOException {
        return Files.readAllBytes(
                tools.ext4(
                        tree,
                        "24m",
                        "-t",
                        "ext4",
                        "-b",
                        "4096",
                        "-O",
                        "^has_journal",
                        "-U",
                        "8f4ed8e0-0000-4000-8000-0123456789ab",
                        "-E",
                        "hash_seed=8f4ed8e0-0000-4000-8000-0123456789ab"));
    }

    private byte[] erofs() throws IOException {
        return Files.readAllBytes(
                tools.erofs(tree, "-T0", "-U8f4ed8e0-0000-4000-8000-0123456789ab"));
    }

    private byte[] squashfs() throws IOException {
        return Files.readAllBytes(
                tools.squashfs(tree, "-comp", "zstd", "-mkfs-time", "0", "-all-time", "0"));
    }

    private void write(String path, byte[] bytes) throws IOException {
        Path file = tree.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    private static byte[] noise(Random random, int length) {
        var noise = new byte[length];
        random.nextBytes(noise);
        return noise;
    }

    private static byte[] bytes(Random random, int length) {
        return Images.random(random, length);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.filesystem;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.content.RandomBytes;
import dev.evenkeel.content.filesystem.FilesystemLayout.Content;
import dev.evenkeel.content.filesystem.FilesystemLayout.FileExtent;
import dev.evenkeel.content.filesystem.FilesystemLayout.Kind;
import dev.evenkeel.content.filesystem.FilesystemLayout.PackedBlock;
import dev.evenkeel.core.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Images of the real tools: what a layout says of each file are that file's bytes.
class FilesystemLayoutTest {
    @TempDir private static Path folder;
    private static Path tree;
    private static Map<String, byte[]> files;
    private static FilesystemTools tools;

    @BeforeAll
    static void makeTree() throws IOException {
        tree = Files.createDirectory(folder.resolve("tree"));
        var sample = new SampleTree(tree);
        sample.make();
        files = sample.files();
        tools = new FilesystemTools(folder);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-comp zstd -Xcompression-level 3",
                "-comp gzip -b 1M",
                "-comp xz -Xbcj x86,arm",
                "-comp lz4 -Xhc -b 4K",
                "-comp lz4 -no-duplicates",
                "-comp zstd -always-use-fragments -no-exports",
                "-comp zstd -no-fragments -b 256K",
                "-comp gzip -noI -noD -noF -noX",
                "-comp zstd -no-xattrs -noD"
            })
    void squashfs(String options) throws IOException {
        FilesystemLayout layout = read(tools.squashfs(tree, options.split(" ")));
        assertThat(layout.kind()).isEqualTo(Kind.SQUASHFS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-t ext4",
                "-t ext4 -b 1024 -I 128",
                "-t ext4 -O inline_data",
                "-t ext4 -O 64bit,^flex_bg -b 1024 -g 1024",
                "-t ext2 -b 1024",
                "-t ext3",
                "-t ext4 -b 65536"
            })
    void ext4(String options) throws IOException {
        String size = options.contains("65536") ? "400m" : "40m";
        FilesystemLayout layout = read(tools.ext4(tree, size, options.split(" ")));
        assertThat(layout.kind()).isEqualTo(Kind.EXT4);
        assertThat(layout.blocks()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-T0",
                "--chunksize=4096",
                "--chunksize=65536 -T0 --all-root",
                "-T0 -Eforce-inode-extended",
                "-Eforce-inode-compact -Eforce-chunk-indexes --chunksize=4096"
            })
    void erofs(String options) throws IOException {
        FilesystemLayout layout = read(tools.erofs(tree, options.split(" ")));
        assertThat(layout.kind()).isEqualTo(Kind.EROFS);
        assertThat(layout.blocks()).isEmpty();
    }

    @Test
    void compressed_files_of_erofs_are_not_told_and_the_others_are() throws IOException {
        Path image = tools.erofs(tree, "-zlz4", "-T0");
        try (RandomBytes bytes = RandomBytes.open(image)) {
            FilesystemLayout layout = FilesystemLayout.read(bytes).orElseThrow();
            Map<String, byte[]> told = assembled(layout, bytes);
            assertThat(told).containsKey("/text").doesNotContainKey("/large/mixed");
            told.forEach((path, found) -> assertThat(found).as(path).isEqualTo(file(path)));
        }
    }

    @Test
    void a_squashfs_says_how_it_was_packed() throws IOException {
        assertThat(compression("-comp", "zstd", "-Xcompression-level", "3"))
                .containsExactly(new Compression.Zstd(128 << 10, 3));
        assertThat(compression("-comp", "zstd"))
                .containsExactly(new Compression.Zstd(128 << 10, 15));
        assertThat(compression("-comp", "xz", "-Xbcj", "x86", "-Xdict-size", "32K", "-b", "64K"))
                .containsExactly(new Compression.Xz(64 << 10, 32 << 10, 1));
        assertThat(compression("-comp", "gzip", "-Xcompression-level", "5"))
                .containsExactly(new Compression.Zlib(128 << 10, 5, 15, 0));
        assertThat(compression("-comp", "lz4", "-Xhc"))
                .containsExactly(new Compression.Lz4(128 << 10, true));
    }

    @Test
    void every_packed_block_unpacks_to_the_length_that_is_told() throws IOException {
        Path image = tools.squashfs(tree, "-comp", "zstd");
        try (RandomBytes bytes = RandomBytes.open(image)) {
            FilesystemLayout layout = FilesystemLayout.read(bytes).orElseThrow();
            Set<Content> contents = new HashSet<>();
            for (PackedBlock block : layout.blocks()) {
                int length = unpacked(block, bytes).length;
                if (block.plainBytes() >= 0) assertThat(length).isEqualTo(block.plainBytes());
                contents.add(block.content());
            }
            assertThat(contents).containsExactlyInAnyOrder(Content.values());
        }
    }

    @Test
    void packed_blocks_and_plain_extents_cover_nearly_the_whole_of_a_squashfs() throws IOException {
        Path image = tools.squashfs(tree, "-comp", "xz");
        try (RandomBytes bytes = RandomBytes.open(image)) {
            FilesystemLayout layout = FilesystemLayout.read(bytes).orElseThrow();
            long known = 0;
            for (PackedBlock block : layout.blocks()) known += block.packedBytes();
            for (FileExtent extent : layout.extents()) {
                if (extent.block() < 0) known += extent.length();
            }
            // superblock, headers of blocks, stored tables, and what fills the last 4 KiB
            assertThat(bytes.sizeBytes() - known).isBetween(0L, 8_192L);
        }
    }

    @Test
    void what_is_no_filesystem_has_no_layout() throws IOException {
        assertThat(FilesystemLayout.read(RandomBytes.of(new byte[0]))).isEmpty();
        assertThat(FilesystemLayout.read(RandomBytes.of(new byte[100_000]))).isEmpty();
        assertThat(FilesystemLayout.read(RandomBytes.of(file("/large/random")))).isEmpty();
    }

    private static Set<Compression> compression(String... options) throws IOException {
        Path small = folder.resolve("small");
        if (Files.notExists(small)) {
            Files.createDirectory(small);
            Files.write(small.resolve("file"), new byte[500_000 / 2]);
            Files.write(small.resolve("text"), "text".repeat(5_000).getBytes(UTF_8));
        }
        try (RandomBytes bytes = RandomBytes.open(tools.squashfs(small, options))) {
            var found = new HashSet<Compression>();
            FilesystemLayout.read(bytes)
                    .orElseThrow()
                    .blocks()
                    .forEach(block -> found.add(block.compression()));
            return found;
        }
    }

    /// Reads the layout, and holds it against the files.
    private static FilesystemLayout read(Path image) throws IOException {
        try (RandomBytes bytes = RandomBytes.open(image)) {
            FilesystemLayout layout = FilesystemLayout.read(bytes).orElseThrow();
            Map<String, byte[]> told = assembled(layout, bytes);
            Set<String> known = new HashSet<>();
            told.forEach((path, found) -> {
                assertThat(Arrays.equals(found, file(path))).as(path).isTrue();
                known.add(Digest.of(found).hex());
            });
            // links and duplicates are told once, and zeros need not be there at all
            files.forEach((path, wanted) -> {
                if (told.containsKey(path) || isZero(wanted)) return;
                assertThat(known.contains(Digest.of(wanted).hex())).as(path).isTrue();
            });
            assertThat(told).doesNotContainKey("/linked-again").containsKey("/linked");
            return layout;
        } finally {
            Files.delete(image);
        }
    }

    /// The files that a layout tells of, as their extents make them.
    private static Map<String, byte[]> assembled(FilesystemLayout layout, RandomBytes image)
            throws IOException {
        var told = new TreeMap<String, byte[]>();
        int last = -1;
        var plain = new byte[0];
        for (FileExtent extent : layout.extents()) {
            byte[] file = told.computeIfAbsent(extent.path(), path -> new byte[file(path).length]);
            byte[] from;
            int at = extent.inBlock();
            if (extent.block() < 0) {
                from = image.read(extent.at(), (int) extent.length());
            } else {
                PackedBlock block = layout.blocks().get(extent.block());
                assertThat(extent.at()).isEqualTo(block.at());
                if (extent.block() != last) plain = unpacked(block, image);
                last = extent.block();
                from = plain;
            }
            System.arraycopy(from, at, file, (int) extent.fileOffset(), (int) extent.length());
        }
        return told;
    }

    private static byte[] file(String path) {
        byte[] file = files.get(path);
        if (file == null) throw new AssertionError("there is no file " + path);
        return file;
    }

    private static byte[] unpacked(PackedBlock block, RandomBytes image) throws IOException {
        byte[] packed = image.read(block.at(), block.packedBytes());
        return block.compression().unpack(packed, block.mostPlainBytes()).orElseThrow();
    }

    private static boolean isZero(byte[] bytes) {
        for (byte value : bytes) {
            if (value != 0) return false;
        }
        return true;
    }
}

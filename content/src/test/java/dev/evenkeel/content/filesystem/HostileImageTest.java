// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.filesystem;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.content.RandomBytes;
import dev.evenkeel.content.filesystem.FilesystemLayout.FileExtent;
import dev.evenkeel.content.packing.Lz4Block;
import dev.evenkeel.core.MalformedInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Images that lie: each gives a smaller layout or none, soon and in bounded memory.
@Timeout(60)
class HostileImageTest {
    @TempDir private static Path folder;
    private static Path tree;
    private static FilesystemTools tools;

    @BeforeAll
    static void makeTree() throws IOException {
        tree = Files.createDirectory(folder.resolve("tree"));
        new SampleTree(tree).few();
        tools = new FilesystemTools(folder);
    }

    @Test
    void a_folder_that_contains_itself() throws IOException {
        Path image = ext4();
        tools.debugfs(image, "link <2> /deep/again", "link /deep /deep/folder/up");
        assertThat(paths(Files.readAllBytes(image)))
                .contains("/text", "/deep/" + "folder/".repeat(40) + "file")
                .noneMatch(path -> path.startsWith("/deep/again"));
    }

    @Test
    void lengths_and_places_at_every_border_of_31_32_and_63_bits() throws IOException {
        for (String value :
                new String[] {
                    "0x7fffffff", "0x80000000", "0xffffffff", "0x7fffffffffffffff", "0x100000000"
                }) {
            Path image = ext4();
            tools.debugfs(image, "sif /one-page size " + value, "sif /text size " + value);
            tools.debugfs(
                    image, "sif /deep size " + value, "sif /one-block block[4] " + 0x7fffffff);
            assertThat(paths(Files.readAllBytes(image))).as(value).contains("/block-and-end");
        }
    }

    @Test
    void two_files_that_claim_the_same_bytes() throws IOException {
        Path image = ext4();
        byte[] bytes = Files.readAllBytes(image);
        FileExtent page = extent(bytes, "/one-page");
        FileExtent block = extent(bytes, "/one-block");
        // the extent of one file, where the inode keeps it, now says what the other's says
        replace(bytes, pointer(page), pointer(block));
        Set<String> paths = paths(bytes);
        assertThat(paths).containsAnyOf("/one-page", "/one-block");
        assertThat(paths.containsAll(Set.of("/one-page", "/one-block"))).isFalse();
    }

    @Test
    void a_short_squashfs_that_promises_four_billion_of_everything() throws IOException {
        byte[] image = squashfs("zstd");
        ByteBuffer superblock = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
        superblock.putInt(4, -1).putInt(16, -1).putShort(26, (short) -1);
        assertThat(paths(image)).contains("/text");
    }

    @Test
    void tables_that_lie_beyond_the_end_before_the_start_and_in_each_other() throws IOException {
        byte[] image = squashfs("gzip");
        for (int field = 32; field < 96; field += 8) {
            for (long value : new long[] {0, 96, -2, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32}) {
                byte[] damaged = image.clone();
                ByteBuffer.wrap(damaged).order(ByteOrder.LITTLE_ENDIAN).putLong(field, value);
                paths(damaged);
            }
        }
    }

    @Test
    void an_image_that_was_cut_off_anywhere() throws IOException {
        for (byte[] image : new byte[][] {squashfs("xz"), Files.readAllBytes(ext4()), erofs()}) {
            for (int length = 0; length < image.length; length += 1 + image.length / 97) {
                paths(Arrays.copyOf(image, length));
            }
        }
    }

    @Test
    void bytes_that_are_damaged_anywhere_in_the_metadata() throws IOException {
        var random = new SplittableRandom(7);
        for (byte[] image : new byte[][] {squashfs("lz4"), Files.readAllBytes(ext4()), erofs()}) {
            for (int round = 0; round < 300; round++) {
                byte[] damaged = image.clone();
                for (int i = 0; i < 20; i++) {
                    // metadata is dense near both ends
                    int at = (int) (Math.pow(random.nextDouble(), 3) * damaged.length);
                    if (random.nextBoolean()) at = damaged.length - 1 - at;
                    damaged[at] = (byte) random.nextInt();
                }
                paths(damaged);
            }
        }
    }

    @Test
    void an_lz4_block_that_unpacks_to_more_than_there_is_room_for() {
        var bomb = new byte[1_000];
        Arrays.fill(bomb, (byte) 0xff);
        System.arraycopy(new byte[] {0x1f, 'a', 1, 0}, 0, bomb, 0, 4);
        assertThatThrownBy(() -> Lz4Block.unpack(bomb, new byte[8_192]))
                .isInstanceOf(MalformedInput.class);
        assertThatThrownBy(() -> Lz4Block.unpack(new byte[] {0x0f, 9, 0, 0}, new byte[100]))
                .isInstanceOf(MalformedInput.class)
                .hasMessageContaining("repeats what is not there");
    }

    @Test
    void an_lz4_match_may_reach_into_what_it_writes() {
        byte[] packed = {0x2f, 'a', 'b', 2, 0, 1, 0x10, '!'};
        var plain = new byte[64];
        int length = Lz4Block.unpack(packed, plain);
        assertThat(new String(plain, 0, length, US_ASCII)).isEqualTo("ab".repeat(11) + "!");
    }

    private static Path ext4() throws IOException {
        return tools.ext4(tree, "2m", "-t", "ext4", "-b", "1024", "-O", "^has_journal");
    }

    private static byte[] squashfs(String packer) throws IOException {
        return Files.readAllBytes(tools.squashfs(tree, "-comp", packer, "-b", "4K"));
    }

    private static byte[] erofs() throws IOException {
        return Files.readAllBytes(tools.erofs(tree, "--chunksize=4096"));
    }

    /// Reading gives a layout that is in order, or none, and nothing else.
    private static Set<String> paths(byte[] image) throws IOException {
        Optional<FilesystemLayout> layout = FilesystemLayout.read(RandomBytes.of(image));
        var paths = new TreeSet<String>();
        layout.ifPresent(read -> read.extents().forEach(extent -> paths.add(extent.path())));
        return paths;
    }

    private static FileExtent extent(byte[] image, String path) throws IOException {
        return FilesystemLayout.read(RandomBytes.of(image)).orElseThrow().extents().stream()
                .filter(extent -> extent.path().equals(path))
                .findFirst()
                .orElseThrow();
    }

    /// A leaf of an extent tree: first block 0, count, start.
    private static byte[] pointer(FileExtent extent) {
        return ByteBuffer.allocate(12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0)
                .putShort((short) (extent.length() / 1_024))
                .putShort((short) 0)
                .putInt((int) (extent.at() / 1_024))
                .array();
    }

    private static void replace(byte[] image, byte[] from, byte[] to) {
        for (int at = 0; at <= image.length - from.length; at += 4) {
            if (Arrays.equals(image, at, at + from.length, from, 0, from.length)) {
                System.arraycopy(to, 0, image, at, to.length);
                return;
            }
        }
        throw new AssertionError("the image has no such extent");
    }
}

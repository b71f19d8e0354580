// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.filesystem;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A folder with what filesystems treat specially: empty files, holes, links, duplicates, files of
/// exactly one block, ends of blocks, large files, thousands of small ones, attributes, depth.
final class SampleTree {
    private static final int BLOCK = 128 << 10;

    private final Path folder;
    private final SplittableRandom random = new SplittableRandom(5);

    SampleTree(Path folder) {
        this.folder = folder;
    }

    /// All of it, about 12 MB.
    void make() throws IOException {
        few();
        write("large/mixed", mixed(5_000_000));
        write("large/random", noise(3_000_000));
        write("large/one-more-than-blocks", mixed(4 * BLOCK + 1));
        try (var sparse = new RandomAccessFile(folder.resolve("large/sparse").toFile(), "rw")) {
            sparse.setLength(6_000_000);
            sparse.seek(2_500_000);
            sparse.write(mixed(100_000));
            sparse.seek(5_999_000);
            sparse.write(mixed(500));
        }
        for (int i = 0; i < 3_000; i++) {
            write("many/" + i % 7 + "/file-" + i, mixed(1 + i % 1_500));
        }
    }

    /// The same on a small scale.
    void few() throws IOException {
        write("empty", new byte[0]);
        write("text", "hello\n".getBytes(UTF_8));
        write("one-page", mixed(4_096));
        write("one-block", mixed(BLOCK));
        write("block-and-end", mixed(BLOCK + 700));
        byte[] twice = mixed(9_000);
        write("first-of-two", twice);
        write("second-of-two", twice);
        write("linked", mixed(5_000));
        Files.createLink(folder.resolve("linked-again"), folder.resolve("linked"));
        Files.createSymbolicLink(folder.resolve("pointer"), Path.of("text"));
        write("deep/" + "folder/".repeat(40) + "file", mixed(2_000));
        write("with-attribute", mixed(3_000));
        Files.getFileAttributeView(
                        folder.resolve("with-attribute"), UserDefinedFileAttributeView.class)
                .write("note", ByteBuffer.wrap("an attribute of some length".getBytes(UTF_8)));
    }

    /// The contents of all regular files, by the path that a layout knows them by.
    Map<String, byte[]> files() throws IOException {
        var files = new TreeMap<String, byte[]>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(SampleTree::isRegular).toList()) {
                files.put("/" + folder.relativize(file), Files.readAllBytes(file));
            }
        }
        return files;
    }

    private static boolean isRegular(Path file) {
        return Files.isRegularFile(file) && !Files.isSymbolicLink(file);
    }

    private void write(String path, byte[] bytes) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    private byte[] noise(int length) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /// Compresses, but not to nothing, and is nowhere the same.
    private byte[] mixed(int length) {
        byte[] bytes = noise(length);
        for (int i = 0; i < length; i++) {
            if (i % 64 >= 24) bytes[i] = (byte) "the quick brown fox jumps".charAt(i % 25);
        }
        return bytes;
    }
}

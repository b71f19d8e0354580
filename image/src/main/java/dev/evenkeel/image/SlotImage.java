// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Payload;
import dev.evenkeel.image.blueprint.Blueprint.Filesystem;
import dev.evenkeel.image.tree.TarFormat;
import dev.evenkeel.image.tree.Tree;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The slot image: a read-only filesystem and, after it, its dm-verity tree (the kernel's
/// admin-guide/device-mapper/verity). Its id follows from the filesystem's bytes, its salt from the
/// blueprint's name alone: blocks that stay the same keep their hashes, so that an update does not
/// carry a new tree each time.
final class SlotImage {
    private static final int BLOCK_BYTES = 4096;
    private static final Pattern ROOT_HASH = Pattern.compile("Root hash:\\s*([0-9a-f]{64})");

    private SlotImage() {}

    /// Writes the filesystem of `tree` to `image`.
    static void writeFilesystem(Tree tree, Path image, Build build) throws IOException {
        Path archive = build.path("root.tar");
        TarFormat.write(tree, archive);
        Filesystem filesystem = build.blueprint().filesystem();
        switch (filesystem.type()) {
            case SQUASHFS ->
                    build.sandbox()
                            .child("making the squashfs", squashfs(filesystem, image))
                            .reading(archive)
                            .run();
            case EROFS ->
                    build.sandbox()
                            .child("making the erofs", erofs(filesystem, image, archive))
                            .run();
        }
        Files.delete(archive);
        pad(image);
    }

    /// Appends the verity tree.
    static Payload.Verity appendVerity(Path image, Build build) throws IOException {
        long bytes = Files.size(image);
        String name = build.blueprint().name();
        String salt = derived(Digest.of(name.getBytes(UTF_8)), "salt").hex();
        UUID id = uuid(derived(ReleaseFile.digest(image), "uuid"));
        String output =
                build.sandbox()
                        .child(
                                "making the dm-verity tree",
                                "veritysetup",
                                "format",
                                "--hash=sha256",
                                "--data-block-size=" + BLOCK_BYTES,
                                "--hash-block-size=" + BLOCK_BYTES,
                                "--data-blocks=" + bytes / BLOCK_BYTES,
                                "--hash-offset=" + bytes,
                                "--salt=" + salt,
                                "--uuid=" + id,
                                image.toString(),
                                image.toString())
                        .run();
        Matcher root = ROOT_HASH.matcher(output);
        if (!root.find())
            throw new IllegalStateException("veritysetup tells no root hash: " + output);
        pad(image);
        return new Payload.Verity(new Digest(root.group(1)), salt, bytes / BLOCK_BYTES, bytes);
    }

    private static List<String> squashfs(Filesystem filesystem, Path image) {
        var command =
                new ArrayList<>(
                        List.of(
                                "mksquashfs",
                                "-",
                                image.toString(),
                                "-tar",
                                "-noappend",
                                "-quiet",
                                "-no-progress",
                                "-no-xattrs",
                                "-mkfs-time",
                                Long.toString(Times.FIXED.getEpochSecond()),
                                "-root-time",
                                Long.toString(Times.FIXED.getEpochSecond()),
                                "-root-mode",
                                "0755",
                                "-root-uid",
                                "0",
                                "-root-gid",
                                "0",
                                "-b",
                                Integer.toString(filesystem.blockBytes()),
                                "-comp",
                                filesystem.compression()));
        switch (filesystem.compression()) {
            case "zstd" ->
                    command.addAll(
                            List.of("-Xcompression-level", Integer.toString(filesystem.level())));
            case "gzip" ->
                    command.addAll(
                            List.of(
                                    "-Xcompression-level",
                                    Integer.toString(Math.min(9, filesystem.level()))));
            case "lz4" -> command.add("-Xhc");
            default -> {}
        }
        if (!filesystem.fragments()) command.add("-no-fragments");
        return command;
    }

    private static List<String> erofs(Filesystem filesystem, Path image, Path archive) {
        var command =
                new ArrayList<>(
                        List.of(
                                "mkfs.erofs",
                                "--quiet",
                                "--tar=f",
                                "--workers=1",
                                "--mkfs-time",
                                "-T" + Times.FIXED.getEpochSecond(),
                                "-U" + uuid(derived(Digest.of(new byte[0]), "erofs")),
                                "-x-1"));
        // no fragments: made from a tar archive, they hold bytes of other files (erofs-utils 1.8.6)
        String options = "-Eforce-inode-compact";
        switch (filesystem.compression()) {
            case "none" -> {}
            case "lz4" -> command.addAll(List.of("-zlz4", "-C" + filesystem.blockBytes(), options));
            default ->
                    command.addAll(
                            List.of(
                                    "-z"
                                            + filesystem.compression()
                                            + ",level="
                                            + filesystem.level(),
                                    "-C" + filesystem.blockBytes(),
                                    options));
        }
        command.addAll(List.of(image.toString(), archive.toString()));
        return command;
    }

    static Digest derived(Digest from, String purpose) {
        return Digest.of(("evenkeel " + purpose + " " + from).getBytes(UTF_8));
    }

    /// A version-8 UUID (RFC 9562) from the first bytes of a digest.
    static UUID uuid(Digest digest) {
        String hex = digest.hex();
        return UUID.fromString(
                hex.substring(0, 8)
                        + "-"
                        + hex.substring(8, 12)
                        + "-8"
                        + hex.substring(13, 16)
                        + "-8"
                        + hex.substring(17, 20)
                        + "-"
                        + hex.substring(20, 32));
    }

    private static void pad(Path image) throws IOException {
        try (var file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(Math.ceilDiv(file.length(), BLOCK_BYTES) * BLOCK_BYTES);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// FAT filesystems with fixed serial numbers and times, made without mounting.
final class FatImage {
    private FatImage() {}

    /// Makes a filesystem of `sizeBytes` with `files` in their order.
    static void make(
            Path image,
            long sizeBytes,
            String label,
            int serial,
            List<String> options,
            Map<String, byte[]> files,
            Build build)
            throws IOException {
        Files.deleteIfExists(image);
        try (var file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(sizeBytes);
        }
        var make =
                new ArrayList<>(
                        List.of(
                                "mkfs.vfat",
                                "--invariant",
                                "-i",
                                "%08x".formatted(serial),
                                "-n",
                                label));
        make.addAll(options);
        make.add(image.toString());
        build.sandbox().child("making the FAT filesystem " + label, make).run();
        Path folder = build.work().newFolder("fat-" + label);
        var copy = new ArrayList<>(List.of("mcopy", "-m", "-i", image.toString()));
        for (Map.Entry<String, byte[]> entry : files.entrySet()) {
            Path file = folder.resolve(entry.getKey());
            Files.write(file, entry.getValue());
            Files.setLastModifiedTime(file, FileTime.from(Times.FIXED));
            copy.add(file.toString());
        }
        copy.add("::");
        build.sandbox()
                .child("filling the FAT filesystem " + label, copy)
                .with("SOURCE_DATE_EPOCH", Long.toString(Times.FIXED.getEpochSecond()))
                .with("MTOOLS_SKIP_CHECK", "1")
                .run();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Payload;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;

/// Names of the files in a release folder (`docs/formats/release-folder.md`), and how a manifest
/// names one.
public final class ReleaseFile {
    public static final String MANIFEST = "manifest.json";
    public static final String SLOT_IMAGE = "slot.img";
    public static final String BOOT_IMAGE = "boot.img";
    public static final String DISK_IMAGE = "disk.img";
    public static final String INDEXES = "indexes";
    public static final String PACK = "pack";
    public static final String SBOM = "sbom.cdx.json";
    public static final String PROVENANCE = "provenance.json";
    public static final String SIZE_REPORT = "size-report.json";

    private ReleaseFile() {}

    /// The folder that a file of a release lies in.
    static Path folderOf(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null) throw new IllegalArgumentException("not a file in a folder: " + file);
        return parent;
    }

    static Payload.File describe(Path file) throws IOException {
        return new Payload.File(digest(file), Files.size(file));
    }

    static Digest digest(Path file) throws IOException {
        MessageDigest running = Digest.sha256();
        try (InputStream in = Files.newInputStream(file);
                var out = new DigestOutputStream(OutputStream.nullOutputStream(), running)) {
            in.transferTo(out);
        }
        return Digest.ofRaw(running.digest());
    }
}

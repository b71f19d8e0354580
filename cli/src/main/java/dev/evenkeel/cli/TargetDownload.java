// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.trust.Hashes;
import dev.evenkeel.trust.SafeName;
import dev.evenkeel.trust.TargetFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// Puts targets into a folder (TUF 5.7): under its name stands only what was checked, to the byte.
///
/// @param consistent whether the repository names files by their digest
record TargetDownload(TufRepository repository, boolean consistent, Path folder) {
    private static final int PIECE_BYTES = 64 << 10;

    record Result(TargetFile target, Path file, boolean wasThere) {
        String toText() {
            return target.name() + ": " + (wasThere ? "was there already, " : "") + file;
        }

        JsonObject toJson() {
            return JsonObject.of("target", target.name())
                    .with("file", file.toString())
                    .with("size_bytes", target.sizeBytes())
                    .with("was_there", wasThere);
        }
    }

    Result fetch(TargetFile target) throws IOException {
        Path file = folder.resolve(SafeName.ofFile(target.name()));
        if (isThere(file, target)) return new Result(target, file, true);
        Files.createDirectories(folder);
        Path half = folder.resolve("." + file.getFileName() + ".tmp");
        try {
            download(target, half);
            Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(half);
        }
        return new Result(target, file, false);
    }

    private static boolean isThere(Path file, TargetFile target) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) != target.sizeBytes()) return false;
        try (InputStream in = Files.newInputStream(file)) {
            Hashes.Check check = target.hashes().begin();
            copy(in, OutputStream.nullOutputStream(), check, target.sizeBytes());
            return check.isRight();
        }
    }

    private void download(TargetFile target, Path half) throws IOException {
        String path = target.pathIn(consistent);
        Hashes.Check check = target.hashes().begin();
        try (InputStream in =
                        repository
                                .open(SafeName.ofPath(path))
                                .orElseThrow(() ->
                                        new IOException(
                                                "fetching target '"
                                                        + path
                                                        + "': trusted metadata name it, found nothing"));
                OutputStream out = Files.newOutputStream(half)) {
            copy(in, out, check, target.sizeBytes());
        }
        if (check.bytes() != target.sizeBytes())
            throw target.wrong(check.bytes(), "another length");
        if (!check.isRight()) throw target.wrong(check.bytes(), "another digest");
    }

    /// At most one byte more than the target has: enough to know that it is too long.
    private static void copy(InputStream in, OutputStream out, Hashes.Check check, long mostBytes)
            throws IOException {
        byte[] piece = new byte[PIECE_BYTES];
        while (check.bytes() <= mostBytes) {
            int wanted = (int) Math.min(piece.length, mostBytes - check.bytes() + 1);
            int count = in.read(piece, 0, wanted);
            if (count < 0) return;
            check.update(piece, count);
            out.write(piece, 0, count);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// How much room a disk has, and whether something failed for want of it.
public final class DiskSpace {
    /// A disk with less is full: programs that fail on a full disk often leave some bytes of it.
    private static final long FULL_BYTES = 1 << 20;

    /// What strerror(3) says of ENOSPC, in the locale that every [Child] has.
    private static final String NO_SPACE = "No space left on device";

    private DiskSpace() {}

    /// Bytes that may still be written in `folder`, which need not exist yet.
    public static long freeBytes(Path folder) {
        Path there = folder.toAbsolutePath();
        while (!Files.exists(there) && there.getParent() != null) there = there.getParent();
        try {
            return Files.getFileStore(there).getUsableSpace();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// Whether `failed` was caused by a full disk under one of `folders`.
    public static boolean ranOut(Throwable failed, Path... folders) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (String.valueOf(cause.getMessage()).contains(NO_SPACE)) return true;
        }
        for (Path folder : folders) {
            if (freeBytes(folder) < FULL_BYTES) return true;
        }
        return false;
    }

    /// For messages: `12 MiB`.
    public static String mebibytes(long bytes) {
        return (bytes >> 20) + " MiB";
    }
}

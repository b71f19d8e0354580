// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Writes an initramfs: a cpio archive in the kernel's `newc` format.
final class Cpio {
    private static final int FOLDER = 0040755;
    private static final int PROGRAM = 0100755;
    private static final int LINK = 0120777;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int inode = 1;

    Cpio folder(String path) {
        return entry(path, FOLDER, new byte[0]);
    }

    Cpio program(String path, byte[] content) {
        return entry(path, PROGRAM, content);
    }

    Cpio link(String path, String target) {
        return entry(path, LINK, target.getBytes(StandardCharsets.UTF_8));
    }

    byte[] finish() {
        entry("TRAILER!!!", 0, new byte[0]);
        return bytes.toByteArray();
    }

    private Cpio entry(String path, int mode, byte[] content) {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        int[] fields = {inode++, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length + 1, 0};
        var header = new StringBuilder("070701");
        for (int field : fields) {
            header.append(String.format(Locale.ROOT, "%08X", field));
        }
        bytes.writeBytes(header.toString().getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(name);
        bytes.write(0);
        pad();
        bytes.writeBytes(content);
        pad();
        return this;
    }

    private void pad() {
        while (bytes.size() % 4 != 0) {
            bytes.write(0);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.linux;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// Small text files of /proc, /sys and /run. Their size is not known before they are read.
final class TextFile {
    /// More than the kernel gives in any of those that we read.
    private static final int MOST_BYTES = 64 << 10;

    private TextFile() {}

    static String read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new IOException(file + ": longer than " + MOST_BYTES + " bytes");
            }
            return new String(bytes, UTF_8);
        }
    }

    /// Lines `key=value`; others are passed over.
    static Map<String, String> keysAndValues(Path file) throws IOException {
        var found = new LinkedHashMap<String, String>();
        for (String line : read(file).lines().toList()) {
            int sign = line.indexOf('=');
            if (sign > 0) found.put(line.substring(0, sign), line.substring(sign + 1));
        }
        return found;
    }
}

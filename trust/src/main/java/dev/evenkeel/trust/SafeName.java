// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.Digest;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// Any text as one name of a file and one segment of a URL, and no two texts as the same: what is
/// no letter, digit, `-`, `.`, `_` or `~` is percent-encoded (RFC 3986) by its UTF-8 bytes. Role
/// and target names come from signed metadata, which says nothing about what they may do to a path.
public final class SafeName {
    /// A file's name has at most 255 bytes, of which a version, a suffix and a temporary file's
    /// ending take a part.
    private static final int FILE_CHARS = 200;

    private SafeName() {}

    public static String of(String text) {
        var safe = new StringBuilder();
        for (byte unit : text.getBytes(UTF_8)) {
            if (isUnreserved(unit)) safe.append((char) unit);
            else safe.append(String.format(Locale.ROOT, "%%%02X", unit & 0xFF));
        }
        return safe.toString();
    }

    /// As [#of], for a name on a disk: one that is too long is replaced by its digest, behind a `+`
    /// which no encoded name has.
    public static String ofFile(String text) {
        String safe = of(text);
        return safe.length() <= FILE_CHARS ? safe : "+" + Digest.of(text.getBytes(UTF_8)).hex();
    }

    /// A path whose segments are encoded one by one.
    public static String ofPath(String path) {
        return Arrays.stream(path.split("/", -1))
                .map(SafeName::of)
                .collect(Collectors.joining("/"));
    }

    private static boolean isUnreserved(byte c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }
}

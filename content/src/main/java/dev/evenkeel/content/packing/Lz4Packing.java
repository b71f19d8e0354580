// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import dev.evenkeel.linux.Liblz4;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One block of LZ4 as liblz4 makes it: of squashfs, of an initramfs, of a kernel.
///
/// @param version of liblz4, whose encoder differs from version to version
/// @param level 0 for the fast encoder, 1 to 12 for the strong one
public record Lz4Packing(String version, int level) implements Packing {
    private static final int MAX_LEVEL = 12;
    private static final Pattern PARAMETERS = Pattern.compile("fast|hc([1-9]|1[0-2])");

    /// The tables of the strong encoder, and what its optimal parser keeps on the stack.
    private static final long MEMORY_BYTES = 512 << 10;

    public Lz4Packing {
        if (level < 0 || level > MAX_LEVEL) throw new IllegalArgumentException("level " + level);
    }

    static Lz4Packing parse(String text, String encoder, String parameters) {
        Liblz4 library = Encoders.liblz4(text, encoder);
        Matcher matcher = PARAMETERS.matcher(parameters);
        if (!matcher.matches()) {
            throw new PackingFault.Unavailable(text, "expected 'fast' or 'hc1' to 'hc12'");
        }
        int level = matcher.group(1) == null ? 0 : Integer.parseInt(matcher.group(1));
        return new Lz4Packing(library.version(), level);
    }

    @Override
    public PackedKind kind() {
        return PackedKind.LZ4;
    }

    @Override
    public String text() {
        return encoder() + ":" + (level == 0 ? "fast" : "hc" + level);
    }

    private String encoder() {
        return "lz4-" + version;
    }

    @Override
    public byte[] pack(byte[] plain) {
        return Encoders.liblz4(text(), encoder()).compress(plain, level);
    }

    /// Beside its tables, a copy of the input and room for the output where the library can see
    /// them.
    @Override
    public long memoryBytes(int plainBytes) {
        return MEMORY_BYTES + 2L * plainBytes + plainBytes / 255 + 16;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import dev.evenkeel.linux.Liblz4;
import java.util.Arrays;
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
        return library().compress(plain, level);
    }

    /// A block of a kernel has 8 MiB: room for all that it could become would be as much again.
    @Override
    public byte[] packAgain(byte[] plain, int packedBytes) {
        return library().compressInto(packedBytes, plain, level);
    }

    @Override
    public boolean gives(byte[] packed, byte[] plain) {
        return Arrays.equals(packed, packAgain(plain, packed.length));
    }

    private Liblz4 library() {
        return Encoders.liblz4(text(), encoder());
    }

    /// Its tables, and the room that the output is cut from.
    @Override
    public long memoryBytes(int plainBytes, int packedBytes) {
        return MEMORY_BYTES + Liblz4.room(packedBytes) - packedBytes;
    }
}

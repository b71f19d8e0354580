// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import java.util.Arrays;

/// One deterministic way of packing, with everything that decides its bytes. Its text is part of
/// the delta format: `docs/formats/packings.md`. Two builds that take the same text give the same
/// bytes for ever; a build that cannot promise this refuses the text.
public sealed interface Packing permits ZstdPacking, DeflatePacking, XzPacking, Lz4Packing {
    PackedKind kind();

    /// `zstd-1.5.7:15` and the like; [#parse] reads it.
    String text();

    /// The packed bytes; the same for the same plain bytes, always and everywhere.
    byte[] pack(byte[] plain);

    /// As [#pack], where what comes of it is known to have `packedBytes` bytes: takes no room for
    /// more. Gives something of another length where it would have.
    default byte[] packAgain(byte[] plain, int packedBytes) {
        return pack(plain);
    }

    /// What [#packAgain] needs beside its input and output, not less.
    long memoryBytes(int plainBytes, int packedBytes);

    /// The plain bytes, at most `plainBytesLimit` of them.
    default byte[] unpack(byte[] packed, int plainBytesLimit) {
        return kind().unpack(packed, plainBytesLimit);
    }

    /// Whether this is how `plain` became `packed`. Cheaper than to pack, where it is not.
    default boolean gives(byte[] packed, byte[] plain) {
        return Arrays.equals(packed, pack(plain));
    }

    /// Throws [PackingFault.Unavailable] for what this build does not know, or cannot do exactly.
    static Packing parse(String text) {
        int colon = text.indexOf(':');
        String encoder = colon < 0 ? text : text.substring(0, colon);
        String parameters = colon < 0 ? "" : text.substring(colon + 1);
        Packing packing =
                switch (encoder.replaceFirst("-.*", "")) {
                    case "zstd" -> ZstdPacking.parse(text, encoder, parameters);
                    case "zlib" ->
                            DeflatePacking.parse(text, DeflatePacking.Flavour.ZLIB, parameters);
                    case "gzip" ->
                            DeflatePacking.parse(text, DeflatePacking.Flavour.GZIP, parameters);
                    case "xz" -> XzPacking.parse(text, encoder, parameters);
                    case "lz4" -> Lz4Packing.parse(text, encoder, parameters);
                    default ->
                            throw new PackingFault.Unavailable(
                                    text, "an encoder that is not known here");
                };
        // one spelling only, so that equal packings are equal texts
        if (!packing.text().equals(text)) {
            throw new PackingFault.Unavailable(
                    text, "expected the spelling '" + packing.text() + "'");
        }
        return packing;
    }
}

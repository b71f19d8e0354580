// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import dev.evenkeel.linux.Liblz4;
import dev.evenkeel.linux.Liblzma;
import java.util.Optional;

/// The native encoders that this process has, each loaded at its first use and the same from then
/// on. Where one is not there, what it packed is not rebuilt, and nothing else changes.
final class Encoders {
    private Encoders() {}

    private static final class Lzma {
        private static final Optional<Liblzma> LOADED = Liblzma.load();
    }

    private static final class Lz4 {
        private static final Optional<Liblz4> LOADED = Liblz4.load();
    }

    static Optional<Liblzma> liblzma() {
        return Lzma.LOADED;
    }

    static Optional<Liblz4> liblz4() {
        return Lz4.LOADED;
    }

    /// The library in the version that `packing` names, or the refusal.
    static Liblzma liblzma(String packing, String encoder) {
        Liblzma found = liblzma().orElseThrow(() -> absent(packing, "liblzma"));
        requireVersion(packing, encoder, "xz-" + found.version());
        return found;
    }

    static Liblz4 liblz4(String packing, String encoder) {
        Liblz4 found = liblz4().orElseThrow(() -> absent(packing, "liblz4"));
        requireVersion(packing, encoder, "lz4-" + found.version());
        return found;
    }

    private static PackingFault absent(String packing, String library) {
        return new PackingFault.Unavailable(packing, library + " is not here");
    }

    private static void requireVersion(String packing, String wanted, String found) {
        if (!wanted.equals(found)) {
            throw new PackingFault.Unavailable(packing, "the encoder here is " + found);
        }
    }
}

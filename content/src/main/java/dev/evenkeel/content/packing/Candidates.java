// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import dev.evenkeel.linux.Liblz4;
import dev.evenkeel.linux.Liblzma;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What is worth a trial, the usual first.
final class Candidates {
    /// The usual first. Above 19 a trial costs seconds and hundreds of megabytes for each member.
    private static final List<Integer> ZSTD_LEVELS =
            List.of(3, 15, 19, 9, 1, 2, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 16, 17, 18);

    private static final List<Integer> DEFLATE_LEVELS = List.of(6, 9, 1, 5, 7, 8, 4, 3, 2);

    private static final List<Packing> DEFLATE =
            Stream.of(
                            DEFLATE_LEVELS.stream().map(level -> DeflatePacking.zlib(level, 8)),
                            DEFLATE_LEVELS.stream().map(DeflatePacking::gzip),
                            DEFLATE_LEVELS.stream().map(level -> DeflatePacking.zlib(level, 9)))
                    .flatMap(packings -> packings)
                    .map(Packing.class::cast)
                    .toList();

    private static final List<Packing> ZLIB =
            Stream.of(8, 9)
                    .flatMap(memLevel ->
                            DEFLATE_LEVELS.stream()
                                    .map(level ->
                                            new DeflatePacking(
                                                    DeflatePacking.Flavour.ZLIB,
                                                    level,
                                                    memLevel,
                                                    true)))
                    .map(Packing.class::cast)
                    .toList();

    /// With the dictionary given, 7 to 9 are 6.
    private static final List<Integer> XZ_PRESETS = List.of(6, 5, 4, 3, 2, 1, 0);

    private static final List<Integer> LZ4_LEVELS = List.of(9, 0, 12, 1, 3, 4, 5, 6, 7, 8, 10, 11);

    private Candidates() {}

    static List<Packing> of(PackedKind kind, byte[] packed) {
        return switch (kind) {
            case ZSTD -> zstd(packed);
            case DEFLATE -> DEFLATE;
            case ZLIB -> ZLIB;
            case XZ -> xz(packed);
            case LZ4 -> lz4();
        };
    }

    private static List<Packing> zstd(byte[] packed) {
        return Stream.of(ZstdPacking.Shape.values())
                .filter(shape -> shape.mayHaveMade(packed))
                .flatMap(shape -> ZSTD_LEVELS.stream().map(level -> new ZstdPacking(level, shape)))
                .map(Packing.class::cast)
                .toList();
    }

    /// The headers tell all but the preset, and whether it was one call or the tool's blocks.
    private static List<Packing> xz(byte[] packed) {
        Optional<String> version = Encoders.liblzma().map(Liblzma::version);
        Optional<XzStream.Facts> facts = XzStream.facts(packed);
        if (version.isEmpty() || facts.isEmpty()) return List.of();
        XzStream.Facts known = facts.get();
        List<Liblzma.Layout> layouts =
                known.hasSizes()
                        ? List.of(Liblzma.Layout.BLOCKS, Liblzma.Layout.BUFFER)
                        : List.of(Liblzma.Layout.STREAM);
        var packings = new ArrayList<Packing>();
        for (Liblzma.Layout layout : layouts) {
            for (boolean extreme : new boolean[] {false, true}) {
                for (int preset : XZ_PRESETS) {
                    packings.add(
                            new XzPacking(
                                    version.get(),
                                    preset,
                                    extreme,
                                    known.x86(),
                                    known.check(),
                                    known.dictionaryBytes(),
                                    layout));
                }
            }
        }
        return packings;
    }

    private static List<Packing> lz4() {
        return Encoders.liblz4().map(Liblz4::version).stream()
                .flatMap(
                        version -> LZ4_LEVELS.stream().map(level -> new Lz4Packing(version, level)))
                .map(Packing.class::cast)
                .toList();
    }
}

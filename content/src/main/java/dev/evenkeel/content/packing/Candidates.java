// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import java.util.List;
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

    private Candidates() {}

    static List<Packing> of(PackedKind kind, byte[] packed) {
        return switch (kind) {
            case ZSTD -> zstd(packed);
            case DEFLATE -> DEFLATE;
            case ZLIB -> ZLIB;
        };
    }

    private static List<Packing> zstd(byte[] packed) {
        return Stream.of(ZstdPacking.Shape.values())
                .filter(shape -> shape.mayHaveMade(packed))
                .flatMap(shape -> ZSTD_LEVELS.stream().map(level -> new ZstdPacking(level, shape)))
                .map(Packing.class::cast)
                .toList();
    }
}

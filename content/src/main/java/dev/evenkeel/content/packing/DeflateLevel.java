// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

/// How hard an encoder looks for matches; zlib and gzip share the table.
///
/// @param good a match of this length makes the search for a better one four times shorter
/// @param lazy a match of this length is taken without a look at the next place; for the levels
///   that take every match, only up to this length are the places inside of one remembered
/// @param nice a match of this length ends the search
/// @param chain how many earlier places are tried
record DeflateLevel(int good, int lazy, int nice, int chain, boolean looksAhead) {
    static final int MAX = 9;

    private static final DeflateLevel[] LEVELS = {
        new DeflateLevel(4, 4, 8, 4, false),
        new DeflateLevel(4, 5, 16, 8, false),
        new DeflateLevel(4, 6, 32, 32, false),
        new DeflateLevel(4, 4, 16, 16, true),
        new DeflateLevel(8, 16, 32, 32, true),
        new DeflateLevel(8, 16, 128, 128, true),
        new DeflateLevel(8, 32, 128, 256, true),
        new DeflateLevel(32, 128, 258, 1024, true),
        new DeflateLevel(32, 258, 258, 4096, true)
    };

    static DeflateLevel of(int level) {
        return LEVELS[level - 1];
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// The structures that tell liblzma how to pack: `lzma_filter`, `lzma_options_lzma`, `lzma_mt`.
final class LzmaFilters {
    private static final int FILTER_BYTES = 16;
    private static final long X86 = 0x04;
    private static final long LZMA2 = 0x21;
    private static final long END = -1;

    /// `lzma_options_lzma`; the dictionary's size is its first field.
    private static final int OPTIONS_BYTES = 112;

    private static final int EXTREME = 1 << 31;

    /// `lzma_mt`
    private static final int BLOCKS_BYTES = 128;

    private static final int THREADS = 4;
    private static final int FILTERS = 24;
    private static final int CHECK = 32;

    private LzmaFilters() {}

    /// Fills options from a preset.
    interface Preset {
        void fill(MemorySegment options, int preset);

        static Preset of(MethodHandle function) {
            return (options, preset) -> {
                try {
                    if ((byte) function.invokeExact(options, preset) != 0) {
                        throw new IllegalArgumentException("no preset " + preset);
                    }
                } catch (Throwable thrown) {
                    throw EncoderLibrary.unexpected(thrown);
                }
            };
        }
    }

    static MemorySegment of(Arena arena, Liblzma.Options wanted, Preset preset) {
        MemorySegment options = arena.allocate(OPTIONS_BYTES, 8);
        preset.fill(options, wanted.preset() | (wanted.extreme() ? EXTREME : 0));
        if (wanted.dictionaryBytes() > 0) options.set(JAVA_INT, 0, wanted.dictionaryBytes());
        MemorySegment filters = arena.allocate(3 * FILTER_BYTES, 8);
        int at = 0;
        if (wanted.x86()) {
            filters.set(JAVA_LONG, 0, X86);
            at += FILTER_BYTES;
        }
        filters.set(JAVA_LONG, at, LZMA2);
        filters.set(ADDRESS, at + 8L, options);
        filters.set(JAVA_LONG, (long) at + FILTER_BYTES, END);
        return filters;
    }

    /// One thread: how many there are does not change the bytes, only the memory.
    static MemorySegment blocks(Arena arena, MemorySegment filters, int check) {
        MemorySegment blocks = arena.allocate(BLOCKS_BYTES, 8);
        blocks.set(JAVA_INT, THREADS, 1);
        blocks.set(ADDRESS, FILTERS, filters);
        blocks.set(JAVA_INT, CHECK, check);
        return blocks;
    }
}

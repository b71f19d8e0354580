// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import static dev.evenkeel.content.delta.ElfFile.U16;
import static dev.evenkeel.content.delta.ElfFile.U32;
import static dev.evenkeel.content.delta.ElfFile.U64;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/// A program of functions that call each other, and a table of their addresses; the same seed gives
/// the same functions, with or without one more among them.
final class ElfSample {
    private static final int FUNCTIONS = 400;
    private static final int FUNCTION_BYTES = 96;
    private static final int CALLS = 6;
    private static final int CODE_AT = 0x1000;
    private static final long CODE_ADDRESS = 0x401000;

    private ElfSample() {}

    /// @param inserted before which function another one stands; [Integer#MAX_VALUE] for nowhere
    static byte[] program(long seed, int inserted) {
        boolean hasMore = inserted < FUNCTIONS;
        int codeBytes = (FUNCTIONS + (hasMore ? 1 : 0)) * FUNCTION_BYTES;
        int tableAt = CODE_AT + codeBytes + (-codeBytes & 7);
        int namesAt = tableAt + 8 * FUNCTIONS;
        byte[] names = "\0.text\0.data\0.shstrtab\0".getBytes(StandardCharsets.US_ASCII);
        int sectionsAt = (namesAt + names.length + 7) & ~7;
        var file = new byte[sectionsAt + 4 * 64];
        header(file, sectionsAt);
        var random = new SplittableRandom(seed);
        for (int i = 0; i < FUNCTIONS; i++) {
            int at = CODE_AT + place(i, inserted);
            code(file, at, random, inserted);
            U64.set(file, tableAt + 8 * i, CODE_ADDRESS + place(i, inserted));
        }
        if (hasMore) {
            int at = CODE_AT + inserted * FUNCTION_BYTES;
            Arrays.fill(file, at, at + FUNCTION_BYTES, (byte) 0x90);
        }
        System.arraycopy(names, 0, file, namesAt, names.length);
        section(file, sectionsAt + 64, 1, 1, 6, CODE_ADDRESS, CODE_AT, codeBytes);
        long dataAddress = 0x800000;
        section(file, sectionsAt + 128, 7, 1, 3, dataAddress, tableAt, 8 * FUNCTIONS);
        section(file, sectionsAt + 192, 13, 3, 0, 0, namesAt, names.length);
        return file;
    }

    private static int place(int function, int inserted) {
        return (function + (function >= inserted ? 1 : 0)) * FUNCTION_BYTES;
    }

    /// Random instructions (without bytes that look like a call), then calls of random functions.
    private static void code(byte[] file, int at, SplittableRandom random, int inserted) {
        int calls = at + FUNCTION_BYTES - CALLS * 5;
        for (int i = at; i < calls; i++) {
            file[i] = (byte) (0x40 + random.nextInt(16));
        }
        for (int i = 0; i < CALLS; i++) {
            int call = calls + i * 5;
            int target = CODE_AT + place(random.nextInt(FUNCTIONS), inserted);
            file[call] = (byte) 0xe8;
            U32.set(file, call + 1, target - (call + 5));
        }
    }

    private static void header(byte[] file, int sectionsAt) {
        U32.set(file, 0, 0x464c457f);
        file[4] = 2;
        file[5] = 1;
        U16.set(file, 16, (short) 2);
        U16.set(file, 18, (short) ElfFile.X86_64);
        U64.set(file, 40, (long) sectionsAt);
        U16.set(file, 58, (short) 64);
        U16.set(file, 60, (short) 4);
        U16.set(file, 62, (short) 3);
    }

    private static void section(
            byte[] file,
            int at,
            int name,
            int type,
            long flags,
            long address,
            int place,
            int size) {
        U32.set(file, at, name);
        U32.set(file, at + 4, type);
        U64.set(file, at + 8, flags);
        U64.set(file, at + 16, address);
        U64.set(file, at + 24, (long) place);
        U64.set(file, at + 32, (long) size);
    }
}

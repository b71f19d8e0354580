// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

/// What a section of an ELF file holds, as far as it helps to foretell how its bytes change when
/// the file's contents move. The number is part of the delta format.
enum Model {
    /// Nothing is foretold.
    PLAIN(0),
    /// x86-64 code: relative calls and jumps, and operands relative to the instruction pointer.
    X86_CODE(1),
    /// AArch64 code: `b`, `bl`, conditional branches, `adrp`.
    ARM64_CODE(2),
    /// 32-bit words relative to their own address.
    RELATIVE_32(3),
    /// 64-bit addresses.
    ABSOLUTE_64(4),
    /// 32-bit words that are addresses when their sign is extended.
    ABSOLUTE_32(5),
    /// Relocation entries with addends, Elf64_Rela.
    RELOCATIONS(6),
    /// Symbols, Elf64_Sym.
    SYMBOLS(7),
    /// 32-bit words that are replaced everywhere alike: checksums, numbers of types.
    WORDS(8),
    /// 32-bit words relative to the start of their section.
    SECTION_RELATIVE_32(9),
    /// 32-bit words relative to the start of the first section of code.
    CODE_RELATIVE_32(10);

    private static final Model[] BY_NUMBER = values();

    final byte number;

    Model(int number) {
        this.number = (byte) number;
    }

    /// The model of a number that was checked to be one.
    static Model of(byte number) {
        return BY_NUMBER[number];
    }

    static int count() {
        return BY_NUMBER.length;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import dev.evenkeel.content.RandomBytes;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The sections of a 64-bit little-endian ELF file: elf(5), System V ABI chapter 4. Read by whoever
/// makes a delta and by the device alike, out of the old file, so that no byte of it travels.
record ElfFile(int type, int machine, List<Section> sections) {
    static final int RELOCATABLE = 1;
    static final int X86_64 = 62;
    static final int AARCH64 = 183;

    private static final int MAGIC = 0x464c457f;
    private static final int HEADER_BYTES = 64;
    private static final int SECTION_BYTES = 64;
    private static final int MAX_SECTIONS = 4096;

    static final VarHandle U16 =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle U32 =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle U64 =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /// A section, as its header says.
    ///
    /// @param index its number in the file
    /// @param name where its name stands among the names of sections
    /// @param at its first byte in the file
    /// @param length how many bytes it has in the file; none where it is NOBITS
    /// @param size how many bytes it has when loaded
    record Section(
            int index,
            int name,
            int type,
            long flags,
            long address,
            int at,
            int length,
            long size,
            int link,
            int info) {
        static final int SYMTAB = 2;
        static final int RELA = 4;
        static final int NOBITS = 8;
        static final int DYNSYM = 11;
        private static final int EXECUTABLE = 4;
        private static final int ALLOCATED = 2;

        boolean isCode() {
            return (flags & EXECUTABLE) != 0;
        }

        boolean isAllocated() {
            return (flags & ALLOCATED) != 0;
        }

        int end() {
            return at + length;
        }
    }

    /// Whether bytes start as those of an ELF file.
    static boolean hasMagic(byte[] file) {
        return file.length > 4 && (int) U32.get(file, 0) == MAGIC;
    }

    /// The sections of `file`; empty where it is no such file.
    static Optional<ElfFile> read(RandomBytes file) throws IOException {
        if (file.sizeBytes() < HEADER_BYTES || file.sizeBytes() > Integer.MAX_VALUE) {
            return Optional.empty();
        }
        byte[] header = file.read(0, HEADER_BYTES);
        if (!hasMagic(header) || header[4] != 2 || header[5] != 1) {
            return Optional.empty();
        }
        long table = (long) U64.get(header, 40);
        int entry = (short) U16.get(header, 58) & 0xffff;
        int count = (short) U16.get(header, 60) & 0xffff;
        if (entry != SECTION_BYTES || count == 0 || count > MAX_SECTIONS) return Optional.empty();
        if (table < 0 || table > file.sizeBytes() - (long) count * SECTION_BYTES) {
            return Optional.empty();
        }
        byte[] entries = file.read(table, count * SECTION_BYTES);
        List<Section> sections = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            sections.add(section(entries, (int) file.sizeBytes(), i));
        }
        int type = (short) U16.get(header, 16) & 0xffff;
        int machine = (short) U16.get(header, 18) & 0xffff;
        return Optional.of(new ElfFile(type, machine, List.copyOf(sections)));
    }

    private static Section section(byte[] entries, int fileBytes, int index) {
        int header = index * SECTION_BYTES;
        int type = (int) U32.get(entries, header + 4);
        long at = (long) U64.get(entries, header + 24);
        long size = Math.max(0, (long) U64.get(entries, header + 32));
        boolean stored = type != Section.NOBITS && type != 0 && at >= 0 && at <= fileBytes;
        return new Section(
                index,
                (int) U32.get(entries, header),
                type,
                (long) U64.get(entries, header + 8),
                (long) U64.get(entries, header + 16),
                stored ? (int) at : 0,
                stored ? (int) Math.min(size, fileBytes - at) : 0,
                size,
                (int) U32.get(entries, header + 40),
                (int) U32.get(entries, header + 44));
    }

    boolean isRelocatable() {
        return type == RELOCATABLE;
    }

    /// Sections that have bytes, by their place in the file.
    List<Section> stored() {
        return sections.stream()
                .filter(section -> section.length() > 0)
                .sorted(Comparator.comparingInt(Section::at).thenComparingInt(Section::index))
                .toList();
    }
}

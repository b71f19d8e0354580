// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import static dev.evenkeel.content.delta.ElfFile.U16;
import static dev.evenkeel.content.delta.ElfFile.U32;
import static dev.evenkeel.content.delta.ElfFile.U64;

import dev.evenkeel.content.RandomBytes;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Foretells how the addresses in an old ELF file read in the new one. A copy says how far its
/// bytes moved; so an address in them moved as far as the bytes that it points to, which the other
/// copies say. What remains different is what somebody really changed.
///
/// Nothing is disassembled: what looks like an address is one when it points into the file, and
/// whatever was foretold wrongly costs a byte of difference and nothing else. What a word really
/// became is remembered for the next time that it is seen. Maker and device run this same code over
/// the same old bytes, so it is part of the delta format.
final class Foresight {
    private static final int RELA_BYTES = 24;
    private static final int SYMBOL_BYTES = 24;
    private static final int SECTION_SYMBOL = 3;
    private static final int MAX_SYMBOL_TABLE = 4 << 20;

    private static final long NOWHERE = Long.MIN_VALUE;
    private static final long SYMBOL = 1L << 61;
    private static final long OFFSET = 1L << 60;

    private final int oldLength;
    private final ElfFile elf;
    private final CopyMap map;
    private final byte[] models;
    private final int[] bias;
    private final boolean isAbsolute;
    private final Memory memory = new Memory();
    private final Words words;

    private final Regions regions;
    private final ElfFile.Section[] addressed;
    private final byte[] symbolTable;
    private final int symbolTableIndex;

    /// @param models numbers of models: for what lies outside of sections, then for each region of
    ///   the stored sections in the order of the file
    /// @param bias how much more each section's address grew than its place in the file
    /// @param words what words became in the files before
    Foresight(
            RandomBytes old, ElfFile elf, List<Copy> copies, byte[] models, int[] bias, Words words)
            throws IOException {
        this(old, elf, new CopyMap(copies, (int) old.sizeBytes()), models, bias, words, false);
    }

    private Foresight(
            RandomBytes old,
            ElfFile elf,
            CopyMap map,
            byte[] models,
            int[] bias,
            Words words,
            boolean isAbsolute)
            throws IOException {
        this.oldLength = (int) old.sizeBytes();
        this.elf = elf;
        this.map = map;
        this.models = models;
        this.bias = bias;
        this.words = words;
        this.isAbsolute = isAbsolute;
        this.regions = new Regions(elf);
        this.addressed =
                elf.sections().stream()
                        .filter(s -> s.isAllocated() && s.size() > 0 && s.address() != 0)
                        .sorted((a, b) -> Long.compareUnsigned(a.address(), b.address()))
                        .toArray(ElfFile.Section[]::new);
        ElfFile.Section symbols = symbolTable(elf);
        symbolTable = symbols == null ? new byte[0] : old.read(symbols.at(), symbols.length());
        symbolTableIndex = symbols == null ? -1 : symbols.index();
    }

    /// How many bytes it takes by now.
    long bytes() {
        return memory.bytes() + map.bytes() + symbolTable.length;
    }

    /// Writes every address of `file` as what it is in the new file, without regard to where it
    /// stands: so that what was only moved is equal in old and new. For whoever looks for copies.
    ///
    /// @param copies where the bytes of the old file went; those of the new file went nowhere
    static void makeAbsolute(byte[] file, ElfFile elf, List<Copy> copies, byte[] models, int[] bias)
            throws IOException {
        RandomBytes old = RandomBytes.of(file.clone());
        var foresight =
                new Foresight(
                        old,
                        elf,
                        new CopyMap(copies, file.length),
                        models,
                        bias,
                        new Words(),
                        true);
        foresight.foretell(file, file.length, 0, 0, (foretold, at, width) -> 0);
    }

    private static ElfFile.@Nullable Section symbolTable(ElfFile elf) {
        if (!elf.isRelocatable()) return null;
        for (ElfFile.Section section : elf.sections()) {
            if (section.type() == ElfFile.Section.SYMTAB) {
                return section.length() <= MAX_SYMBOL_TABLE ? section : null;
            }
        }
        return null;
    }

    /// What the bytes of a copy become.
    interface Change {
        /// Says what the `width` bytes of `foretold` at `at` really become, as a word.
        long really(byte[] foretold, int at, int width);
    }

    /// Turns `bytes[0..length)`, which are the old file's bytes from `from` on, into what they are
    /// foretold to be at place `to` of the new one.
    void foretell(byte[] bytes, int length, int from, int to, Change change) {
        int at = from;
        int end = from + length;
        while (at < end) {
            int number = regions.sectionBefore(at);
            int border = Math.min(end, nextSection(number));
            int region = regions.of(at);
            if (region > 0) {
                ElfFile.Section section = regions.section(number);
                int regionEnd = section.at() + (region - regions.first(number) + 1) * Regions.BYTES;
                border = Math.min(border, Math.min(section.end(), regionEnd));
                within(
                        models[region],
                        section,
                        new Run(bytes, at, border, from, to - from, change));
            } else if (models[0] == Model.ABSOLUTE_32.number) {
                // behind its sections the kernel's payload keeps the places of its addresses
                absolute32(new Run(bytes, at, border, from, to - from, change));
            }
            at = border;
        }
    }

    /// Old bytes `at` to `border` of a region, as they lie in `bytes`, which start at `from`.
    private record Run(byte[] bytes, int at, int border, int from, int moved, Change change) {
        /// Where in the bytes the first word of `size` bytes of `section` starts.
        int first(ElfFile.Section section, int size) {
            return at + Math.floorMod(section.at() - at, size) - from;
        }

        int end() {
            return border - from;
        }

        long really(int i, int width) {
            return change.really(bytes, i, width);
        }
    }

    private void within(byte model, ElfFile.Section section, Run run) {
        switch (Model.of(model)) {
            case PLAIN, ARM64_CODE -> {}
            case X86_CODE -> x86(section, run);
            case RELATIVE_32 -> relative32(section, run);
            case ABSOLUTE_64 -> absolute64(section, run);
            case ABSOLUTE_32 -> absolute32(run);
            case RELOCATIONS -> relocations(section, run);
            case SYMBOLS -> symbols(section, run);
            case WORDS -> words(section, run);
            case SECTION_RELATIVE_32 -> offsets32(section, section, run);
            case CODE_RELATIVE_32 -> {
                ElfFile.Section code = firstCode();
                if (code != null) offsets32(code, section, run);
            }
        }
    }

    private void x86(ElfFile.Section section, Run run) {
        int i = Math.max(run.at() - run.from(), 1);
        int last = run.end() - 4;
        while (i <= last) {
            if (isOperand(run.bytes(), i)) {
                relativeWord(section, run, i, 4);
                i += 4;
            } else {
                i++;
            }
        }
    }

    /// Whether a 32-bit operand relative to the instruction pointer seems to start at `i`.
    private static boolean isOperand(byte[] bytes, int i) {
        int before = bytes[i - 1] & 0xff;
        if (before == 0xe8 || before == 0xe9) return true;
        if (i < 2) return false;
        int opcode = bytes[i - 2] & 0xff;
        if ((before & 0xf0) == 0x80 && opcode == 0x0f) return true;
        if ((before & 0xc7) != 0x05) return false;
        if (i >= 3 && bytes[i - 3] == 0x0f) return true;
        return switch (opcode) {
            case 0x01,
                    0x03,
                    0x09,
                    0x0b,
                    0x21,
                    0x23,
                    0x29,
                    0x2b,
                    0x31,
                    0x33,
                    0x38,
                    0x39,
                    0x3a,
                    0x3b,
                    0x63,
                    0x69,
                    0x6b,
                    0x80,
                    0x81,
                    0x83,
                    0x84,
                    0x85,
                    0x86,
                    0x87,
                    0x88,
                    0x89,
                    0x8a,
                    0x8b,
                    0x8d,
                    0xc6,
                    0xc7,
                    0xd8,
                    0xd9,
                    0xdb,
                    0xdd,
                    0xf6,
                    0xf7,
                    0xfe,
                    0xff ->
                    true;
            default -> false;
        };
    }

    private void relative32(ElfFile.Section section, Run run) {
        for (int i = run.first(section, 4); i + 4 <= run.end(); i += 4) {
            relativeWord(section, run, i, 0);
        }
    }

    /// A word that counts from `after` bytes behind its own start.
    private void relativeWord(ElfFile.Section section, Run run, int i, int after) {
        int word = (int) U32.get(run.bytes(), i);
        long place = section.address() + (run.from() + i - section.at()) + after;
        long target = place + word;
        long newTarget = moved(section, target);
        if (newTarget == NOWHERE) return;
        long newPlace = isAbsolute ? 0 : place + run.moved() + bias[section.index()];
        U32.set(run.bytes(), i, (int) (newTarget - newPlace));
        long really = (int) run.really(i, 4) + newPlace;
        remember(key(section, target), really);
    }

    private void absolute64(ElfFile.Section section, Run run) {
        for (int i = run.first(section, 8); i + 8 <= run.end(); i += 8) {
            long word = (long) U64.get(run.bytes(), i);
            long moved = word == 0 ? NOWHERE : moved(section, word);
            if (moved == NOWHERE) continue;
            U64.set(run.bytes(), i, moved);
            remember(key(section, word), run.really(i, 8));
        }
    }

    private void absolute32(Run run) {
        for (int i = run.at() - run.from(); i + 4 <= run.end(); i += 4) {
            long word = (int) U32.get(run.bytes(), i);
            long moved = word == 0 ? NOWHERE : moved(null, word);
            if (moved == NOWHERE) continue;
            U32.set(run.bytes(), i, (int) moved);
            remember(word, run.really(i, 4));
        }
    }

    /// Words that count from the start of section `base`.
    private void offsets32(ElfFile.Section base, ElfFile.Section section, Run run) {
        long start = base.address();
        long newStart = start + map.shift(base.at()) + bias[base.index()];
        for (int i = run.first(section, 4); i + 4 <= run.end(); i += 4) {
            long target = start + (int) U32.get(run.bytes(), i);
            long moved = moved(base, target);
            if (moved == NOWHERE) continue;
            U32.set(run.bytes(), i, (int) (moved - newStart));
            remember(key(base, target), (int) run.really(i, 4) + newStart);
        }
    }

    private void words(ElfFile.Section section, Run run) {
        if (isAbsolute) return;
        for (int i = run.first(section, 4); i + 4 <= run.end(); i += 4) {
            int word = (int) U32.get(run.bytes(), i);
            if (word == 0) continue;
            U32.set(run.bytes(), i, words.foretell(word));
            words.remember(word, (int) run.really(i, 4));
        }
    }

    private void symbols(ElfFile.Section section, Run run) {
        ElfFile.Section names = section(section.link());
        for (int i = run.first(section, SYMBOL_BYTES);
                i + SYMBOL_BYTES <= run.end();
                i += SYMBOL_BYTES) {
            byte[] bytes = run.bytes();
            if (names != null) {
                int name = (int) U32.get(bytes, i);
                U32.set(bytes, i, name + offsetShift(names, name));
            }
            long value = (long) U64.get(bytes, i + 8);
            if (elf.isRelocatable()) {
                ElfFile.Section target = section((short) U16.get(bytes, i + 6) & 0xffff);
                if (target == null || target.length() == 0) continue;
                U64.set(bytes, i + 8, value + offsetShift(target, value));
            } else {
                long moved = value == 0 ? NOWHERE : moved(section, value);
                if (moved == NOWHERE) continue;
                U64.set(bytes, i + 8, moved);
                remember(value, run.really(i + 8, 8));
            }
        }
    }

    private void relocations(ElfFile.Section section, Run run) {
        ElfFile.Section symbols = section(section.link());
        ElfFile.Section patched = section(section.info());
        int first = run.first(section, RELA_BYTES);
        long running = patched == null ? 0 : firstShift(patched, run, first);
        for (int i = first; i + RELA_BYTES <= run.end(); i += RELA_BYTES) {
            byte[] bytes = run.bytes();
            long place = (long) U64.get(bytes, i);
            if (elf.isRelocatable()) {
                // places ascend with their entries, so that each moved as far as the one before
                if (isAbsolute) running = patched == null ? 0 : offsetShift(patched, place);
                U64.set(bytes, i, place + running);
                running = run.really(i, 8) - place;
            } else {
                long moved = moved(section, place);
                if (moved != NOWHERE) U64.set(bytes, i, moved);
            }
            if (symbols == null) continue;
            int symbol = (int) U32.get(bytes, i + 12);
            if (symbol != 0) {
                long key = SYMBOL | symbol;
                int shift = offsetShift(symbols, (long) symbol * SYMBOL_BYTES) / SYMBOL_BYTES;
                boolean known = !isAbsolute && memory.knows(key);
                U32.set(bytes, i + 12, known ? (int) memory.recall(key) : symbol + shift);
                remember(key, run.really(i + 12, 4));
            }
            addend(symbols, symbol, run, i);
        }
    }

    private long firstShift(ElfFile.Section patched, Run run, int first) {
        if (first + 8 > run.end()) return 0;
        return offsetShift(patched, (long) U64.get(run.bytes(), first));
    }

    private void addend(ElfFile.Section symbols, int symbol, Run run, int entryAt) {
        int i = entryAt + 16;
        long addend = (long) U64.get(run.bytes(), i);
        if (!elf.isRelocatable()) {
            long moved = addend == 0 ? NOWHERE : moved(symbols, addend);
            if (moved == NOWHERE) return;
            U64.set(run.bytes(), i, moved);
            remember(addend, run.really(i, 8));
            return;
        }
        ElfFile.Section target = sectionOfSymbol(symbols, symbol);
        if (target == null || target.length() == 0) return;
        // R_X86_64_PC32 and PLT32 count from the end of their word
        int type = (int) U32.get(run.bytes(), entryAt + 8);
        int after = elf.machine() == ElfFile.X86_64 && (type == 2 || type == 4) ? 4 : 0;
        long offset = addend + after;
        long key = OFFSET | ((long) target.index() << 32) | (offset & 0xffffffffL);
        long foretold =
                !isAbsolute && memory.knows(key)
                        ? memory.recall(key)
                        : offset + offsetShift(target, offset);
        U64.set(run.bytes(), i, foretold - after);
        remember(key, run.really(i, 8) + after);
    }

    /// The section that a symbol of a relocatable file stands for.
    private ElfFile.@Nullable Section sectionOfSymbol(ElfFile.Section symbols, int symbol) {
        long entry = (long) symbol * SYMBOL_BYTES;
        if (symbols.index() != symbolTableIndex) return null;
        if (symbol <= 0 || entry > symbolTable.length - SYMBOL_BYTES) return null;
        if ((symbolTable[(int) entry + 4] & 0xf) != SECTION_SYMBOL) return null;
        return section((short) U16.get(symbolTable, (int) entry + 6) & 0xffff);
    }

    /// How far what stands at `offset` of a section moved within that section.
    private int offsetShift(ElfFile.Section section, long offset) {
        if (offset < 0 || offset > section.length()) return 0;
        return map.shift(section.at() + (int) offset) - map.shift(section.at());
    }

    private ElfFile.@Nullable Section section(int index) {
        return index > 0 && index < elf.sections().size() ? elf.sections().get(index) : null;
    }

    private ElfFile.@Nullable Section firstCode() {
        for (int i = 0; i < regions.sections(); i++) {
            if (regions.section(i).isCode()) return regions.section(i);
        }
        return null;
    }

    /// Where an address of the old file is in the new one. In a relocatable file, whose sections
    /// have no addresses yet, a section knows only itself.
    private long moved(ElfFile.@Nullable Section by, long address) {
        ElfFile.Section target;
        if (elf.isRelocatable()) {
            if (by == null || address < 0 || address > by.length()) return NOWHERE;
            target = by;
        } else {
            target = addressedAt(address);
            if (target == null) return NOWHERE;
        }
        if (!isAbsolute) {
            long key = key(by, address);
            if (memory.knows(key)) return memory.recall(key);
        }
        if (target.length() == 0) return address + bias[target.index()];
        int place = target.at() + (int) (address - target.address());
        return address + map.shift(place) + bias[target.index()];
    }

    private long key(ElfFile.@Nullable Section by, long address) {
        if (!elf.isRelocatable() || by == null) return address;
        return ((long) (by.index() + 1) << 32) | (address & 0xffffffffL);
    }

    private void remember(long key, long value) {
        if (!isAbsolute) memory.remember(key, value);
    }

    private ElfFile.@Nullable Section addressedAt(long address) {
        int low = 0;
        int high = addressed.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            ElfFile.Section section = addressed[middle];
            if (Long.compareUnsigned(address, section.address()) < 0) high = middle - 1;
            else if (address - section.address() >= section.size()) low = middle + 1;
            else return section;
        }
        return null;
    }

    private int nextSection(int number) {
        return number + 1 < regions.sections() ? regions.section(number + 1).at() : oldLength;
    }
}

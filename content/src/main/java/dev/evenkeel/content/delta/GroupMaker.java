// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import dev.evenkeel.content.RandomBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Explains new bytes by old ones. Two ELF files are compared twice: first as they are, to see what
/// moved where; then with every address written as where its target went, so that what only moved
/// is equal.
final class GroupMaker {
    /// A group of more bytes is not worth a second look: it would take gigabytes of memory.
    private static final int MAX_ELF_BYTES = 96 << 20;

    /// How a group is made.
    ///
    /// @param foresight what foretells its addresses; null where nothing does
    record Made(byte[] old, byte[] fresh, List<Copy> copies, @Nullable Foretold foresight) {
        /// Whether the new bytes stand in the old ones as they are.
        boolean isCopy() {
            if (copies.size() != 1) return false;
            Copy copy = copies.getFirst();
            return copy.length() == fresh.length
                    && Arrays.equals(
                            old, copy.from(), copy.from() + copy.length(), fresh, 0, copy.length());
        }

        /// The first `bytes` new bytes as a group of their own.
        Made head(int bytes) {
            List<Copy> some = new ArrayList<>();
            for (Copy copy : copies) {
                int length = Math.min(copy.length(), bytes - copy.to());
                if (length > 0) some.add(new Copy(copy.to(), copy.from(), length));
            }
            return new Made(old, Arrays.copyOf(fresh, bytes), some, foresight);
        }

        /// What is left without them. Nothing is foretold in it: it is no whole file.
        Made tail(int bytes) {
            List<Copy> some = new ArrayList<>();
            for (Copy copy : copies) {
                int skipped = Math.max(0, bytes - copy.to());
                if (skipped >= copy.length()) continue;
                some.add(
                        new Copy(
                                copy.to() + skipped - bytes,
                                copy.from() + skipped,
                                copy.length() - skipped));
            }
            return new Made(old, Arrays.copyOfRange(fresh, bytes, fresh.length), some, null);
        }

        /// A guess at how many bytes it will have in a frame, before its differences are known.
        long cost() {
            long literals = fresh.length;
            for (Copy copy : copies) literals -= copy.length();
            return 3L * copies.size() + literals / 2 + (fresh.length - literals) / 16;
        }
    }

    /// The two files of a group, and what their addresses grew by.
    record Foretold(ElfFile elf, int[] bias) {}

    private GroupMaker() {}

    /// @param copies from `old`, as a [Matcher] finds them; it is not kept meanwhile, because two
    ///   of a kernel are gigabytes
    static Made make(byte[] old, byte[] fresh, List<Copy> copies) {
        Made plain = new Made(old, fresh, copies, null);
        if (plain.isCopy()) return plain;
        try {
            ElfFile oldElf = elf(old);
            ElfFile freshElf = elf(fresh);
            if (oldElf == null || freshElf == null || oldElf.type() != freshElf.type()) {
                return plain;
            }
            int[] bias = bias(old, oldElf, fresh, freshElf);
            byte[] oldAbsolute = old.clone();
            Foresight.makeAbsolute(oldAbsolute, oldElf, copies, guesses(old, oldElf), bias);
            byte[] freshAbsolute = fresh.clone();
            Foresight.makeAbsolute(
                    freshAbsolute,
                    freshElf,
                    List.of(new Copy(0, 0, fresh.length)),
                    guesses(fresh, freshElf),
                    new int[freshElf.sections().size()]);
            List<Copy> better =
                    new Matcher(oldAbsolute, old.length).match(freshAbsolute, fresh.length);
            return new Made(old, fresh, better, new Foretold(oldElf, bias));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static @Nullable ElfFile elf(byte[] file) throws IOException {
        if (file.length > MAX_ELF_BYTES) return null;
        return ElfFile.read(RandomBytes.of(file)).orElse(null);
    }

    /// The model of each region that foretells it best: tried on the real bytes.
    static byte[] models(Made made, Foretold foretold, Words words) {
        ElfFile elf = foretold.elf();
        var regions = new Regions(elf);
        var models = new byte[regions.count()];
        try {
            int[] least = costs(made, foretold, models, words);
            boolean[] isOpen = new boolean[models.length];
            for (int i = 0; i < models.length; i++) {
                isOpen[i] = least[i] > 0;
            }
            for (Model model : Model.values()) {
                if (model == Model.PLAIN || model == Model.ARM64_CODE) continue;
                var trial = new byte[models.length];
                boolean isWorthIt = false;
                trial[0] = isOpen[0] && model == Model.ABSOLUTE_32 ? model.number : 0;
                isWorthIt |= trial[0] != 0;
                for (int section = 0; section < regions.sections(); section++) {
                    if (!suits(model, regions.section(section))) continue;
                    for (int i = regions.first(section); i < regions.first(section + 1); i++) {
                        if (!isOpen[i]) continue;
                        trial[i] = model.number;
                        isWorthIt = true;
                    }
                }
                if (!isWorthIt) continue;
                int[] cost = costs(made, foretold, trial, words);
                for (int i = 0; i < models.length; i++) {
                    if (trial[i] != 0 && cost[i] < least[i]) {
                        least[i] = cost[i];
                        models[i] = model.number;
                    }
                }
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return models;
    }

    private static boolean suits(Model model, ElfFile.Section section) {
        boolean isTable = section.type() == ElfFile.Section.RELA;
        boolean isSymbols =
                section.type() == ElfFile.Section.SYMTAB
                        || section.type() == ElfFile.Section.DYNSYM;
        return switch (model) {
            case X86_CODE -> section.isCode();
            case RELOCATIONS -> isTable;
            case SYMBOLS -> isSymbols;
            case WORDS -> true;
            default -> !section.isCode() && !isTable && !isSymbols;
        };
    }

    /// How many bytes of each region differ from what `models` foretell.
    private static int[] costs(Made made, Foretold foretold, byte[] models, Words words)
            throws IOException {
        ElfFile elf = foretold.elf();
        boolean usesWords = false;
        for (byte model : models) {
            usesWords |= model == Model.WORDS.number;
        }
        var foresight =
                new Foresight(
                        RandomBytes.of(made.old()),
                        elf,
                        made.copies(),
                        models,
                        foretold.bias(),
                        usesWords ? words.copy() : words);
        var costs = new int[models.length];
        var regions = new Regions(elf);
        var blocks = new Blocks(made.copies(), made.fresh().length);
        while (!blocks.isDone()) {
            Blocks.Block block = blocks.next();
            if (block.isLiteral()) continue;
            byte[] bytes =
                    Arrays.copyOfRange(made.old(), block.from(), block.from() + block.length());
            int same =
                    Arrays.mismatch(
                            bytes,
                            0,
                            bytes.length,
                            made.fresh(),
                            block.to(),
                            block.to() + bytes.length);
            if (same < 0 && isPlain(models)) continue;
            foretell(foresight, block, bytes, made.fresh());
            for (int i = 0; i < bytes.length; i++) {
                if (bytes[i] != made.fresh()[block.to() + i]) {
                    costs[regions.of(block.from() + i)]++;
                }
            }
        }
        return costs;
    }

    private static boolean isPlain(byte[] models) {
        for (byte model : models) {
            if (model != 0) return false;
        }
        return true;
    }

    /// What the old bytes of a block are foretold to be.
    static void foretell(Foresight foresight, Blocks.Block block, byte[] bytes, byte[] fresh) {
        foresight.foretell(
                bytes,
                block.length(),
                block.from(),
                block.to(),
                (foretold, at, width) ->
                        width == 4
                                ? (int) ElfFile.U32.get(fresh, block.to() + at)
                                : (long) ElfFile.U64.get(fresh, block.to() + at));
    }

    /// What sections hold, by their names as compilers and the Linux kernel give them.
    private static byte[] guesses(byte[] file, ElfFile elf) {
        var regions = new Regions(elf);
        var models = new byte[regions.count()];
        models[0] = Model.ABSOLUTE_32.number;
        for (int i = 0; i < regions.sections(); i++) {
            ElfFile.Section section = regions.section(i);
            byte guess = guess(elf, section, name(file, elf, section)).number;
            Arrays.fill(models, regions.first(i), regions.first(i + 1), guess);
        }
        return models;
    }

    private static Model guess(ElfFile elf, ElfFile.Section section, String name) {
        if (section.isCode()) {
            return elf.machine() == ElfFile.X86_64 ? Model.X86_CODE : Model.PLAIN;
        }
        if (section.type() == ElfFile.Section.RELA) return Model.RELOCATIONS;
        if (section.type() == ElfFile.Section.SYMTAB || section.type() == ElfFile.Section.DYNSYM) {
            return Model.SYMBOLS;
        }
        if (elf.isRelocatable()) return Model.PLAIN;
        return switch (name) {
            case ".orc_unwind_ip",
                    "__ex_table",
                    "__bug_table",
                    "__ksymtab",
                    "__ksymtab_gpl",
                    ".altinstructions",
                    ".retpoline_sites",
                    ".return_sites",
                    ".smp_locks",
                    ".eh_frame",
                    ".gcc_except_table",
                    "__jump_table",
                    ".static_call_sites" ->
                    Model.RELATIVE_32;
            case ".eh_frame_hdr" -> Model.SECTION_RELATIVE_32;
            case ".gopclntab" -> Model.CODE_RELATIVE_32;
            default ->
                    section.isAllocated() && section.address() % 8 == 0
                            ? Model.ABSOLUTE_64
                            : Model.PLAIN;
        };
    }

    /// How much more each section's address grew than its place, in the file of the same name.
    private static int[] bias(byte[] old, ElfFile oldElf, byte[] fresh, ElfFile freshElf) {
        Map<String, ElfFile.Section> byName = new HashMap<>();
        for (ElfFile.Section section : freshElf.sections()) {
            byName.putIfAbsent(name(fresh, freshElf, section), section);
        }
        var bias = new int[oldElf.sections().size()];
        for (ElfFile.Section section : oldElf.sections()) {
            ElfFile.Section now = byName.get(name(old, oldElf, section));
            if (now == null) continue;
            long grown = now.address() - section.address();
            if (section.length() > 0) grown -= now.at() - section.at();
            bias[section.index()] = (int) grown;
        }
        return bias;
    }

    private static String name(byte[] file, ElfFile elf, ElfFile.Section section) {
        int names = (short) ElfFile.U16.get(file, 62) & 0xffff;
        if (names >= elf.sections().size()) return "#" + section.index();
        int start = elf.sections().get(names).at() + section.name();
        if (start < 0 || start >= file.length) return "#" + section.index();
        int end = start;
        while (end < file.length && file[end] != 0 && end - start < 256) end++;
        return new String(file, start, end - start, java.nio.charset.StandardCharsets.ISO_8859_1);
    }
}

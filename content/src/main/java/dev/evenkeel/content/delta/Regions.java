// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

/// An ELF file in regions, each of which is foretold by a model of its own: region 0 is what lies
/// outside of sections, then come the pieces of each section that has bytes, in the file's order.
final class Regions {
    static final int BYTES = 12_288;

    private final ElfFile.Section[] sections;

    /// `first[n]`: the first region of section `n`; one more than there are sections.
    private final int[] first;

    Regions(ElfFile elf) {
        sections = elf.stored().toArray(ElfFile.Section[]::new);
        first = new int[sections.length + 1];
        first[0] = 1;
        for (int i = 0; i < sections.length; i++) {
            first[i + 1] = first[i] + (sections[i].length() + BYTES - 1) / BYTES;
        }
    }

    int count() {
        return first[sections.length];
    }

    /// Sections that have bytes.
    int sections() {
        return sections.length;
    }

    ElfFile.Section section(int number) {
        return sections[number];
    }

    /// The first region of section `number`; that of the section after it ends it.
    int first(int number) {
        return first[number];
    }

    /// The last section that starts at or before `at`, -1 where there is none.
    int sectionBefore(int at) {
        int low = 0;
        int high = sections.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (sections[middle].at() <= at) low = middle + 1;
            else high = middle - 1;
        }
        return high;
    }

    /// The region of byte `at`.
    int of(int at) {
        int number = sectionBefore(at);
        if (number < 0 || at >= sections[number].end()) return 0;
        return first[number] + (at - sections[number].at()) / BYTES;
    }
}

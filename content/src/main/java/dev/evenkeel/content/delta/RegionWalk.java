// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import java.util.List;

/// Which region of an ELF file a byte belongs to.
final class RegionWalk {
    private final List<ElfFile.Section> stored;
    private final int[] first;

    RegionWalk(ElfFile elf) {
        stored = elf.stored();
        first = new int[stored.size() + 1];
        first[0] = 1;
        for (int i = 0; i < stored.size(); i++) {
            first[i + 1] = first[i] + Foresight.regions(stored.get(i));
        }
    }

    /// Adds the bytes of a block that are not as foretold to their regions.
    void count(Blocks.Block block, byte[] foretold, byte[] fresh, int[] costs) {
        int number = -1;
        for (int i = 0; i < block.length(); i++) {
            if (foretold[i] == fresh[block.to() + i]) continue;
            int at = block.from() + i;
            while (number + 1 < stored.size() && stored.get(number + 1).at() <= at) number++;
            boolean inside = number >= 0 && at < stored.get(number).end();
            int region =
                    inside
                            ? first[number]
                                    + (at - stored.get(number).at()) / Foresight.REGION_BYTES
                            : 0;
            costs[region]++;
        }
    }
}

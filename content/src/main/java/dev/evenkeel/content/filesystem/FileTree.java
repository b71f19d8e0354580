// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.filesystem;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The folders and files of a filesystem, walked once. What is specific to one format is how an
/// inode is read: [#visit].
abstract class FileTree {
    private static final int PATH_CHARS = 4_096;

    /// What the walk itself keeps for an entry, roughly.
    private static final int ENTRY_COST = 96;

    /// An inode by the number that the format knows it by.
    record Entry(String name, long inode) {}

    private record Place(String path, long inode) {}

    abstract long root();

    /// Reads an inode: the extents of a file are told under `path`, the entries of a folder are
    /// added to `entries`, others have nothing. Throws [Damaged] where there is no more to learn;
    /// what was told before counts.
    abstract void visit(long inode, String path, List<Entry> entries) throws IOException;

    /// Visits every inode that the root leads to, each once, folder by folder.
    final void walk(Budget budget) throws IOException {
        Set<Long> seen = new HashSet<>();
        var places = new ArrayDeque<Place>();
        places.push(new Place("", root()));
        while (!places.isEmpty() && !budget.isSpent()) {
            Place place = places.pop();
            if (!seen.add(place.inode())) continue;
            List<Entry> entries = new ArrayList<>();
            try {
                visit(place.inode(), place.path(), entries);
            } catch (Damaged damaged) {
                // the rest of this inode is left out
            }
            push(place.path(), entries, places, budget);
        }
    }

    private static void push(
            String folder, List<Entry> entries, ArrayDeque<Place> places, Budget budget) {
        // the last goes in first, so that the first comes out first
        for (Entry entry : entries.reversed()) {
            String name = entry.name();
            if (!isName(name) || folder.length() + name.length() >= PATH_CHARS) continue;
            try {
                budget.spend(ENTRY_COST + 2L * (folder.length() + name.length()));
            } catch (Damaged spent) {
                return;
            }
            places.push(new Place(folder + "/" + name, entry.inode()));
        }
    }

    private static boolean isName(String name) {
        return !name.isEmpty()
                && !name.equals(".")
                && !name.equals("..")
                && name.indexOf('/') < 0
                && name.indexOf('\0') < 0;
    }
}

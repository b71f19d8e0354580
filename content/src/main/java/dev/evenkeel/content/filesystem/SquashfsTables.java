// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.filesystem;

import dev.evenkeel.content.filesystem.FilesystemLayout.Content;
import dev.evenkeel.content.filesystem.FilesystemLayout.PackedBlock;
import dev.evenkeel.content.filesystem.SquashfsMetadata.Header;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;

/// Finds the packed blocks of all tables of a squashfs. Inodes and folders start where the
/// superblock says; of the others it says where the list of their blocks is, and the blocks lie
/// before their list, one after the other.
final class SquashfsTables {
    private static final long ABSENT = -1;

    private final ImageBytes image;
    private final SquashfsSuperblock superblock;
    private final SquashfsMetadata metadata;

    SquashfsTables(ImageBytes image, SquashfsSuperblock superblock, SquashfsMetadata metadata) {
        this.image = image;
        this.superblock = superblock;
        this.metadata = metadata;
    }

    void tell(Extents extents) throws IOException {
        var starts = new TreeSet<Long>();
        var ends = new TreeSet<Long>();
        starts.add(superblock.inodeTable());
        starts.add(superblock.directoryTable());
        if (superblock.fragments() > 0) addListed(superblock.fragmentTable(), 0, starts, ends);
        addListed(superblock.exportTable(), 0, starts, ends);
        addListed(superblock.idTable(), 0, starts, ends);
        if (superblock.xattrTable() != ABSENT) {
            // the list follows a header that says where the attributes themselves start
            addListed(superblock.xattrTable(), 16, starts, ends);
            addListed(superblock.xattrTable(), 0, starts, ends);
        }
        ends.addAll(starts);
        ends.add(superblock.bytesUsed());
        for (long start : starts) {
            Long end = ends.higher(start);
            if (end != null) tell(start, end, extents);
        }
    }

    private void addListed(long list, int headerBytes, Set<Long> starts, Set<Long> ends)
            throws IOException {
        if (list == ABSENT) return;
        try {
            long first = image.fields(list + headerBytes, 8).u64(0);
            ends.add(list);
            if (first < list) starts.add(first);
        } catch (Damaged damaged) {
            // this table is left out
        }
    }

    private void tell(long start, long end, Extents extents) throws IOException {
        long at = start;
        try {
            while (at < end) {
                Header header = metadata.header(at);
                long packedAt = at + SquashfsMetadata.HEADER_BYTES;
                at = packedAt + header.packedBytes();
                if (header.isStored() || at > end) continue;
                extents.block(
                        new PackedBlock(
                                packedAt,
                                header.packedBytes(),
                                -1,
                                superblock.compression(),
                                Content.METADATA));
            }
        } catch (Damaged damaged) {
            // the rest of this table is left out
        }
    }
}

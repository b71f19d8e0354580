// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.filesystem;

import dev.evenkeel.content.filesystem.FilesystemLayout.FileExtent;
import dev.evenkeel.content.filesystem.FilesystemLayout.Kind;
import dev.evenkeel.content.filesystem.FilesystemLayout.PackedBlock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Collects what a filesystem says lies where, and makes one consistent layout of it: within the
/// image, in its order, nothing twice. Where two claims contradict each other the first counts.
final class Extents {
    /// What is kept for each, roughly.
    private static final int COST = 160;

    private static final int PLAIN = -1;
    private static final int PACKED = 0;

    private final long imageBytes;
    private final Budget budget;
    private final Map<Long, PackedBlock> blocks = new HashMap<>();
    private final List<FileExtent> extents = new ArrayList<>();

    Extents(long imageBytes, Budget budget) {
        this.imageBytes = imageBytes;
        this.budget = budget;
    }

    /// Bytes of a file that lie in the image as they are. What goes on where the last extent of the
    /// same file ended becomes part of it.
    void plain(String path, long fileOffset, long length, long at) throws Damaged {
        requireWithinImage(at, length);
        if (length == 0) return;
        if (!extents.isEmpty() && continues(extents.getLast(), path, fileOffset, at)) {
            FileExtent last = extents.removeLast();
            length += last.length();
            at = last.at();
            fileOffset = last.fileOffset();
        } else {
            budget.spend(COST);
        }
        extents.add(new FileExtent(path, fileOffset, length, at, PLAIN, 0));
    }

    private static boolean continues(FileExtent last, String path, long fileOffset, long at) {
        return last.block() == PLAIN
                && last.path().equals(path)
                && last.fileOffset() + last.length() == fileOffset
                && last.at() + last.length() == at;
    }

    /// Bytes of a file in a packed block that was told of.
    void packed(String path, long fileOffset, long length, PackedBlock block, long inBlock)
            throws Damaged {
        if (length == 0) return;
        if (inBlock < 0 || length < 0 || inBlock > block.mostPlainBytes() - length) {
            throw new Damaged();
        }
        budget.spend(COST);
        extents.add(new FileExtent(path, fileOffset, length, block.at(), PACKED, (int) inBlock));
    }

    /// Tells of a packed block; gives what is known of it already where it is not the first time.
    PackedBlock block(PackedBlock block) throws Damaged {
        requireWithinImage(block.at(), block.packedBytes());
        if (block.packedBytes() == 0) throw new Damaged();
        PackedBlock known = blocks.get(block.at());
        if (known != null) return known;
        budget.spend(COST);
        blocks.put(block.at(), block);
        return block;
    }

    private void requireWithinImage(long at, long length) throws Damaged {
        if (at < 0 || length < 0 || at > imageBytes - length) throw new Damaged();
    }

    FilesystemLayout layout(Kind kind) {
        List<PackedBlock> ordered = new ArrayList<>();
        Map<Long, Integer> numbers = new HashMap<>();
        long end = 0;
        for (PackedBlock block :
                blocks.values().stream()
                        .sorted(Comparator.comparingLong(PackedBlock::at))
                        .toList()) {
            if (block.at() < end) continue;
            numbers.put(block.at(), ordered.size());
            ordered.add(block);
            end = block.at() + block.packedBytes();
        }
        return new FilesystemLayout(kind, imageBytes, ordered, inOrder(ordered, numbers));
    }

    private List<FileExtent> inOrder(List<PackedBlock> ordered, Map<Long, Integer> numbers) {
        extents.sort(
                Comparator.comparingLong(FileExtent::at).thenComparingInt(FileExtent::inBlock));
        List<FileExtent> kept = new ArrayList<>();
        long end = 0; // of what was kept, in the image
        long inBlockEnd = 0; // of what was kept in the block that was last
        int block = PLAIN;
        for (FileExtent extent : extents) {
            if (extent.block() == PLAIN) {
                FileExtent rest = without(extent, end - extent.at(), PLAIN);
                if (rest.length() <= 0 || touches(ordered, rest)) continue;
                kept.add(rest);
                end = rest.at() + rest.length();
                continue;
            }
            Integer number = numbers.get(extent.at());
            if (number == null) continue;
            PackedBlock packed = ordered.get(number);
            if (number != block) {
                if (extent.at() < end) continue;
                block = number;
                inBlockEnd = 0;
                end = packed.at() + packed.packedBytes();
            }
            FileExtent rest = without(extent, inBlockEnd - extent.inBlock(), number);
            long restEnd = rest.inBlock() + rest.length();
            if (rest.length() <= 0) continue;
            if (packed.plainBytes() >= 0 && restEnd > packed.plainBytes()) continue;
            kept.add(rest);
            inBlockEnd = restEnd;
        }
        return kept;
    }

    /// The extent without its first bytes, as those were told of already.
    private static FileExtent without(FileExtent extent, long count, int block) {
        long cut = Math.max(0, count);
        boolean isPlain = block == PLAIN;
        return new FileExtent(
                extent.path(),
                extent.fileOffset() + cut,
                extent.length() - cut,
                isPlain ? extent.at() + cut : extent.at(),
                block,
                isPlain ? 0 : (int) (extent.inBlock() + cut));
    }

    private static boolean touches(List<PackedBlock> ordered, FileExtent extent) {
        int low = 0;
        int high = ordered.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            PackedBlock block = ordered.get(middle);
            if (block.at() + block.packedBytes() <= extent.at()) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < ordered.size() && ordered.get(low).at() < extent.at() + extent.length();
    }
}

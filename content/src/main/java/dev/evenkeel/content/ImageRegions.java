// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import dev.evenkeel.content.filesystem.FilesystemLayout;
import dev.evenkeel.content.filesystem.FilesystemLayout.FileExtent;
import dev.evenkeel.content.filesystem.FilesystemLayout.Kind;
import dev.evenkeel.content.filesystem.FilesystemLayout.PackedBlock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The whole of an image as regions, one after the other: each a file's bytes (with what fills its
/// last block), a packed block, or what lies between.
final class ImageRegions {
    /// Folders of many packages: what lies side by side there does not change together.
    private static final Set<String> MIXED =
            Set.of(
                    "bin",
                    "sbin",
                    "doc",
                    "dpkg",
                    "locale",
                    "man",
                    "x86_64-linux-gnu",
                    "aarch64-linux-gnu");

    private static final int LEAST_BLOCK = 1_024;

    /// What is shorter, behind a file, fills its last block.
    private static final int MOST_FILL = 4_096;

    enum Part {
        FILE,
        PACKED,
        BETWEEN
    }

    /// A piece of the image.
    ///
    /// @param neighbours what has the same, and is not empty, tends to change together
    /// @param lot a number that the file's name draws, so that groups end at the same files again
    record Region(long at, long length, Part part, String neighbours, int lot) {}

    private final long imageBytes;
    private final Kind kind;
    private final boolean isFilled;
    private final List<Region> regions = new ArrayList<>();
    private long end;

    private ImageRegions(long imageBytes, Kind kind) {
        this.imageBytes = imageBytes;
        this.kind = kind;
        // a squashfs packs files end to end, the others start each on a block
        this.isFilled = kind != Kind.SQUASHFS;
    }

    /// Empty where the image is no filesystem that is understood: there is nothing to follow.
    static List<Region> of(RandomBytes image) throws IOException {
        Optional<FilesystemLayout> layout = FilesystemLayout.read(image);
        if (layout.isEmpty()) return List.of();
        var regions = new ImageRegions(image.sizeBytes(), layout.get().kind());
        return regions.of(layout.get());
    }

    private List<Region> of(FilesystemLayout layout) {
        int block = 0;
        List<PackedBlock> blocks = layout.blocks();
        for (FileExtent extent : layout.extents()) {
            if (extent.block() >= 0) continue;
            for (; block < blocks.size() && blocks.get(block).at() < extent.at(); block++) {
                packed(blocks.get(block));
            }
            file(extent);
        }
        for (; block < blocks.size(); block++) packed(blocks.get(block));
        between(imageBytes);
        return regions;
    }

    private void packed(PackedBlock block) {
        between(block.at());
        add(block.at() + block.packedBytes(), Part.PACKED, "", 0);
    }

    private void file(FileExtent extent) {
        // the end of a file that lies among inodes belongs to them: they change whenever
        // anything before them moves
        if (isFilled && extent.at() % LEAST_BLOCK != 0) return;
        between(extent.at());
        // erofs has inodes between all files, wherever they belong
        String neighbours = kind == Kind.EXT4 ? neighbours(extent.path()) : "";
        int lot = extent.path().hashCode();
        add(extent.at() + extent.length(), Part.FILE, neighbours, lot);
    }

    private void between(long to) {
        if (to == end) return;
        boolean isFill =
                isFilled
                        && to - end < MOST_FILL
                        && !regions.isEmpty()
                        && regions.getLast().part() == Part.FILE;
        if (!isFill) {
            add(to, Part.BETWEEN, "", 0);
            return;
        }
        Region file = regions.removeLast();
        end = file.at();
        add(to, Part.FILE, file.neighbours(), file.lot());
    }

    private void add(long to, Part part, String neighbours, int lot) {
        // the lower bits of a name's hash are those of its last letters
        regions.add(new Region(end, to - end, part, neighbours, (lot * 0x9e3779b1) >>> 16));
        end = to;
    }

    /// The folder that belongs to one package, as `/usr/lib/modules` and `/usr/share/zoneinfo`: the
    /// third of at least four names.
    private static String neighbours(String path) {
        String[] names = path.split("/", 6);
        if (names.length < 5 || MIXED.contains(names[3])) return "";
        return String.join("/", names[1], names[2], names[3]);
    }
}

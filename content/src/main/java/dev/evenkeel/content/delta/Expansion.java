// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import dev.evenkeel.content.RandomBytes;
import dev.evenkeel.content.filesystem.FilesystemLayout;
import dev.evenkeel.content.filesystem.FilesystemLayout.FileExtent;
import dev.evenkeel.content.filesystem.FilesystemLayout.PackedBlock;
import dev.evenkeel.content.packing.PackedKind;
import dev.evenkeel.content.packing.PackedParts;
import dev.evenkeel.content.packing.PackedSpan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An image with everything unpacked that can be: its levels from the image itself upwards, and the
/// named items that lie on the topmost one.
///
/// @param layers the units between each level and the next
/// @param items files and members, by their first byte; what lies between them belongs to none
/// @param kept units that stay packed, because the old image has them exactly so
record Expansion(List<RandomBytes> levels, List<Layer> layers, List<Item> items, List<Kept> kept) {
    private static final int MAX_FILE_BYTES = 256 << 20;
    private static final String WHOLE = "image";

    /// A unit that stays packed.
    ///
    /// @param at where it lies on the topmost level of this image
    /// @param level on which level of the old image it lies
    /// @param from where on that level
    record Kept(long at, int length, int level, long from) {}

    RandomBytes top() {
        return levels.getLast();
    }

    /// Decides which of the packed parts of a level become units.
    interface Units {
        /// Chooses among parts.
        ///
        /// @param parts of the level, in order
        /// @param level whose bytes are packed
        Chosen choose(List<Part> parts, RandomBytes bytes, int level) throws IOException;

        byte[] unpack(int packing, byte[] packed, int plainBytes);

        /// Told of a part whose bytes lie apart, so that it stays as it is.
        void apart(PackedSpan part);
    }

    /// Packed bytes on some level.
    ///
    /// @param item the file that they are a piece of; parts of one file are unpacked together
    record Part(PackedSpan span, long at, int length, int plainLimit, String item) {}

    /// What became of parts.
    ///
    /// @param kept where parts stay packed, by their place on the level
    record Chosen(List<Layer.Unit> units, Map<Long, Kept> kept) {}

    static Expansion of(RandomBytes image, Units chooser) throws IOException {
        var growing = new Growing(image, chooser);
        growing.filesystem();
        while (growing.members()) {}
        return growing.done();
    }

    /// An expansion while it grows level by level.
    private static final class Growing {
        private final Units chooser;
        private final List<RandomBytes> levels = new ArrayList<>();
        private final List<Layer> layers = new ArrayList<>();
        private final UnitCache cache = UnitCache.large();
        private List<Item> settled = new ArrayList<>();
        private List<Item> fresh = new ArrayList<>();
        private List<Kept> kept = new ArrayList<>();

        Growing(RandomBytes image, Units chooser) {
            this.chooser = chooser;
            levels.add(image);
        }

        Expansion done() {
            List<Item> items = new ArrayList<>(settled);
            items.addAll(fresh);
            items.removeIf(item -> item.pieces().isEmpty());
            items.sort(Comparator.comparingLong(item -> item.pieces().getFirst().at()));
            return new Expansion(List.copyOf(levels), List.copyOf(layers), items, kept);
        }

        void filesystem() throws IOException {
            Optional<FilesystemLayout> read = FilesystemLayout.read(levels.getFirst());
            if (read.isEmpty()) {
                fresh = List.of(new Item(WHOLE, whole(levels.getFirst().sizeBytes())));
                return;
            }
            FilesystemLayout layout = read.get();
            Map<Integer, String> pathOf = new HashMap<>();
            for (FileExtent extent : layout.extents()) {
                if (extent.block() >= 0
                        && layout.blocks().get(extent.block()).content()
                                == FilesystemLayout.Content.DATA) {
                    pathOf.put(extent.block(), extent.path());
                }
            }
            List<Part> parts = new ArrayList<>();
            for (int i = 0; i < layout.blocks().size(); i++) {
                PackedBlock block = layout.blocks().get(i);
                parts.add(
                        new Part(
                                Blocked.span(block),
                                block.at(),
                                block.packedBytes(),
                                block.mostPlainBytes(),
                                pathOf.getOrDefault(i, "")));
            }
            if (!parts.isEmpty()) add(chooser.choose(parts, levels.getFirst(), 0));
            fresh = files(layout);
        }

        /// An image that is no filesystem is one file.
        private static List<Piece> whole(long sizeBytes) {
            var pieces = new Pieces();
            pieces.add(0, sizeBytes);
            return pieces.list();
        }

        private List<Item> files(FilesystemLayout layout) {
            Map<String, List<FileExtent>> byPath = new LinkedHashMap<>();
            for (FileExtent extent : layout.extents()) {
                byPath.computeIfAbsent(extent.path(), path -> new ArrayList<>()).add(extent);
            }
            List<Item> items = new ArrayList<>();
            byPath.forEach((path, extents) -> {
                extents.sort(Comparator.comparingLong(FileExtent::fileOffset));
                var pieces = new Pieces();
                for (FileExtent extent : extents) {
                    place(extent).ifPresent(at -> pieces.add(at, extent.length()));
                }
                items.add(new Item(path, pieces.list()));
            });
            return items;
        }

        /// Where an extent starts on the first level above the image.
        private Optional<Long> place(FileExtent extent) {
            if (layers.isEmpty()) {
                return extent.block() < 0 ? Optional.of(extent.at()) : Optional.empty();
            }
            Layer layer = layers.getFirst();
            if (extent.block() < 0) return Optional.of(layer.unpacked(extent.at()));
            int unit = layer.unitAt(extent.at());
            return unit < 0
                    ? Optional.empty()
                    : Optional.of(layer.plainAt(unit) + extent.inBlock());
        }

        /// Unpacks what is packed in the items that are new; false where there is nothing more.
        boolean members() throws IOException {
            if (layers.size() == DeltaHead.MAX_LEVELS) return false;
            RandomBytes top = levels.getLast();
            List<Part> parts = new ArrayList<>();
            for (Item item : fresh) {
                if (item.pieces().isEmpty() || item.sizeBytes() > MAX_FILE_BYTES) continue;
                if (!Blocked.mayHaveMembers(item.name(), top, item.pieces().getFirst())) continue;
                byte[] bytes = Piece.read(top, item.pieces());
                for (PackedSpan span : PackedParts.of(bytes, DeltaHead.MAX_UNIT_BYTES)) {
                    place(item, span).ifPresentOrElse(parts::add, () -> chooser.apart(span));
                }
            }
            parts.sort(Comparator.comparingLong(Part::at));
            Chosen chosen =
                    parts.isEmpty()
                            ? new Chosen(List.of(), Map.of())
                            : chooser.choose(parts, top, layers.size());
            if (chosen.units().isEmpty() && chosen.kept().isEmpty()) {
                return false;
            }
            add(chosen);
            Layer layer = layers.getLast();
            Map<Long, String> nameOf = new HashMap<>();
            var names = new MemberNames();
            for (Part part : parts) {
                nameOf.put(part.at(), names.of(part));
            }
            settled = lift(settled, layer, chosen);
            settled.addAll(lift(fresh, layer, chosen));
            Map<String, Pieces> members = new LinkedHashMap<>();
            for (int i = 0; i < layer.count(); i++) {
                String name = nameOf.getOrDefault(layer.unit(i).at(), "");
                members.computeIfAbsent(name, absent -> new Pieces())
                        .add(layer.plainAt(i), layer.unit(i).plainBytes());
            }
            fresh = new ArrayList<>();
            members.forEach((name, pieces) -> fresh.add(new Item(name, pieces.list())));
            return !layer.units().isEmpty();
        }

        /// A part of a file on this level; empty where its bytes lie apart: erofs keeps ends of
        /// files beside their inodes.
        private static Optional<Part> place(Item item, PackedSpan span) {
            long start = 0;
            for (Piece piece : item.pieces()) {
                if (span.at() >= start && span.end() <= start + piece.length()) {
                    return Optional.of(
                            new Part(
                                    span,
                                    piece.at() + (span.at() - start),
                                    span.end() - span.at(),
                                    DeltaHead.MAX_UNIT_BYTES,
                                    item.name()));
                }
                start += piece.length();
            }
            return Optional.empty();
        }

        /// The items on the level above, without what became units there or is kept.
        private static List<Item> lift(List<Item> items, Layer layer, Chosen chosen) {
            List<long[]> holes = new ArrayList<>();
            layer.units().forEach(unit -> holes.add(new long[] {unit.at(), unit.end()}));
            chosen.kept().forEach((at, unit) -> holes.add(new long[] {at, at + unit.length()}));
            holes.sort(Comparator.comparingLong(hole -> hole[0]));
            List<Item> lifted = new ArrayList<>();
            for (Item item : items) {
                var pieces = new Pieces();
                for (Piece piece : item.pieces()) {
                    long at = piece.at();
                    int hole = firstFrom(holes, at);
                    while (at < piece.end()) {
                        long end =
                                hole < holes.size()
                                        ? Math.min(piece.end(), holes.get(hole)[0])
                                        : piece.end();
                        if (end > at) pieces.add(layer.unpacked(at), end - at);
                        if (hole == holes.size() || holes.get(hole)[0] >= piece.end()) break;
                        at = holes.get(hole)[1];
                        hole++;
                    }
                }
                lifted.add(new Item(item.name(), pieces.list()));
            }
            return lifted;
        }

        private static int firstFrom(List<long[]> holes, long at) {
            int low = 0;
            int high = holes.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (holes.get(middle)[1] <= at) low = middle + 1;
                else high = middle;
            }
            return low;
        }

        private void add(Chosen chosen) {
            var layer = new Layer(chosen.units());
            List<Kept> lifted = new ArrayList<>();
            for (Kept unit : kept) {
                lifted.add(
                        new Kept(
                                layer.unpacked(unit.at()),
                                unit.length(),
                                unit.level(),
                                unit.from()));
            }
            chosen.kept()
                    .forEach((at, unit) ->
                            lifted.add(
                                    new Kept(
                                            layer.unpacked(at),
                                            unit.length(),
                                            unit.level(),
                                            unit.from())));
            kept = lifted;
            layers.add(layer);
            levels.add(
                    new UnpackedBytes(
                            levels.getLast(), layer, levels.size(), cache, chooser::unpack));
        }
    }

    /// Collects pieces; neighbours become one.
    private static final class Pieces {
        private final List<Piece> pieces = new ArrayList<>();

        void add(long at, long length) {
            if (length == 0) return;
            if (!pieces.isEmpty()
                    && pieces.getLast().end() == at
                    && pieces.getLast().length() + length < Integer.MAX_VALUE) {
                Piece last = pieces.removeLast();
                pieces.add(new Piece(last.at(), (int) (last.length() + length)));
                return;
            }
            long from = at;
            long left = length;
            while (left > 0) {
                int some = (int) Math.min(left, 1 << 30);
                pieces.add(new Piece(from, some));
                from += some;
                left -= some;
            }
        }

        List<Piece> list() {
            return pieces;
        }
    }

    /// Members are called by their file and their number in it; the blocks of LZ4 in a file, which
    /// are pieces of one thing, are called the same.
    private static final class MemberNames {
        private final Map<String, Integer> counts = new HashMap<>();

        String of(Part part) {
            if (part.span().kind() == PackedKind.LZ4) return part.item() + "!lz4";
            return part.item() + "!" + counts.merge(part.item(), 1, Integer::sum);
        }
    }
}

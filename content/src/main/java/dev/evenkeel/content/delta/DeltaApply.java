// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import dev.evenkeel.content.RandomBytes;
import dev.evenkeel.content.packing.Packing;
import dev.evenkeel.content.packing.PackingFault;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.MalformedInput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Makes the new image from the old one and the frames of a delta, in the new image's order. Holds
/// one frame at a time, and never more memory than the delta's head says.
public final class DeltaApply {
    private final DeltaHead head;
    private final List<RandomBytes> levels;
    private final List<Packing> packings;

    /// Takes the bytes of the new image in order.
    public interface Image {
        void write(byte[] bytes, int offset, int length) throws IOException;
    }

    /// @param old the old image; only as many bytes of it count as the delta was made for
    /// @param memoryBytes what applying may take
    public DeltaApply(DeltaHead head, RandomBytes old, long memoryBytes) {
        if (head.memoryBytes() > memoryBytes) {
            throw new DeltaFault.TooMuchMemory(head.memoryBytes(), memoryBytes);
        }
        requireSmallUnits(head);
        if (old.sizeBytes() < head.oldBytes()) {
            throw new DeltaFault.OtherOldImage(head.old(), old.sizeBytes() + " bytes");
        }
        this.head = head;
        this.packings = head.packings().stream().map(Packing::parse).toList();
        this.levels =
                levels(new OldImage(old, head), head.oldLayers(), UnitCache.small(), this::unpack);
    }

    private static void requireSmallUnits(DeltaHead head) {
        for (List<Layer> layers : List.of(head.oldLayers(), head.newLayers())) {
            for (Layer layer : layers) {
                for (Layer.Unit unit : layer.units()) {
                    long needed = (long) unit.packedBytes() + unit.plainBytes();
                    if (needed > head.memoryBytes()) {
                        throw new MalformedInput(
                                "delta: a unit needs "
                                        + needed
                                        + " bytes, its head says "
                                        + head.memoryBytes());
                    }
                }
            }
        }
    }

    /// An image and what it unpacks to, level by level.
    static List<RandomBytes> levels(
            RandomBytes image,
            List<Layer> layers,
            UnitCache cache,
            UnpackedBytes.Unpacking unpacking) {
        List<RandomBytes> levels = new ArrayList<>();
        levels.add(image);
        for (Layer layer : layers) {
            levels.add(new UnpackedBytes(levels.getLast(), layer, levels.size(), cache, unpacking));
        }
        return List.copyOf(levels);
    }

    private byte[] unpack(int kind, byte[] packed, int plainBytes) {
        byte[] plain;
        try {
            plain = head.kinds().get(kind).unpack(packed, plainBytes);
        } catch (PackingFault damaged) {
            throw new DeltaFault.OtherOldImage(head.old(), "other packed bytes (" + damaged + ")");
        }
        if (plain.length != plainBytes) {
            throw new DeltaFault.OtherOldImage(head.old(), "other packed bytes");
        }
        return plain;
    }

    /// Compares the whole old image with the digest that the delta was made for.
    public void requireBase() throws IOException {
        Digest found = levels.getFirst().digest();
        if (!found.equals(head.old())) {
            throw new DeltaFault.OtherOldImage(head.old(), found.toString());
        }
    }

    /// Makes what frame `number` makes. Throws [DeltaFault] and [MalformedInput] where frame or old
    /// image are not what they have to be; what `image` was given by then is of no use.
    public void frame(int number, byte[] frame, Image image) throws IOException {
        DeltaHead.FrameEntry entry = head.frames().get(number);
        requireFrame(number, entry, frame);
        List<PackingSink> sinks = new ArrayList<>();
        ByteSink sink = image::write;
        long at = head.expandedAt(number);
        List<Start> starts = starts(at);
        for (int level = 0; level < head.newLayers().size(); level++) {
            Start start = starts.get(level);
            var packing =
                    new PackingSink(
                            head.newLayers().get(level), packings, sink, start.unit(), start.at());
            sinks.add(packing);
            sink = packing;
        }
        new FrameReader(levels, frame, head.memoryBytes(), sink).run(entry.expandedBytes());
        for (PackingSink packing : sinks) {
            if (!packing.isAtBorder()) {
                throw new MalformedInput(
                        "delta, frame " + number + ": ends in the middle of a unit");
            }
        }
    }

    /// Told how many bytes of the new image were made.
    public interface Progress {
        void at(long doneBytes);
    }

    /// Makes the whole new image in file `fresh`. Throws [DeltaFault] where the result is not the
    /// image that the delta makes; the file is of no use then.
    public void image(DeltaFile delta, Path fresh, Progress progress) throws IOException {
        try (OutputStream out = Files.newOutputStream(fresh)) {
            var done = new long[1];
            image(
                    delta,
                    (bytes, offset, length) -> {
                        out.write(bytes, offset, length);
                        done[0] += length;
                        progress.at(done[0]);
                    });
        }
    }

    /// Makes the whole new image. Throws [DeltaFault] where the result is not the image that the
    /// delta makes; what `image` was given is of no use then.
    public void image(DeltaFile delta, Image image) throws IOException {
        var running = Digest.sha256();
        for (int i = 0; i < head.frames().size(); i++) {
            frame(
                    i,
                    delta.frame(i),
                    (bytes, offset, length) -> {
                        running.update(bytes, offset, length);
                        image.write(bytes, offset, length);
                    });
        }
        Digest found = Digest.ofRaw(running.digest());
        if (!found.equals(head.fresh())) throw new DeltaFault.WrongResult(head.fresh(), found);
    }

    /// The first unit to come on a level, and where its plain side begins.
    private record Start(int unit, long at) {}

    private List<Start> starts(long expandedAt) {
        List<Start> starts = new ArrayList<>();
        long at = expandedAt;
        for (int level = head.newLayers().size() - 1; level >= 0; level--) {
            Layer layer = head.newLayers().get(level);
            int unit = layer.unitBefore(at - 1) + 1;
            starts.addFirst(new Start(unit, at));
            at = layer.below(at);
        }
        return starts;
    }

    private static void requireFrame(int number, DeltaHead.FrameEntry entry, byte[] frame) {
        if (frame.length != entry.packedBytes()) {
            throw new DeltaFault.WrongFrame(
                    number, entry.packedBytes() + " bytes", frame.length + " bytes");
        }
        Digest found = Digest.of(frame);
        if (!found.equals(entry.digest())) {
            throw new DeltaFault.WrongFrame(
                    number, "SHA-256 " + entry.digest(), "SHA-256 " + found);
        }
    }

    /// The first bytes of whatever holds the old image; that they cannot be read is a fault of the
    /// old image, told apart from one of whoever takes the new one.
    private record OldImage(RandomBytes whole, DeltaHead head) implements RandomBytes {
        @Override
        public long sizeBytes() {
            return head.oldBytes();
        }

        @Override
        public void read(long at, byte[] into, int offset, int length) {
            try {
                requireInside(at, length);
                whole.read(at, into, offset, length);
            } catch (IOException unreadable) {
                throw new DeltaFault.OtherOldImage(
                        head.old(), "one that cannot be read (" + unreadable.getMessage() + ")");
            }
        }
    }
}

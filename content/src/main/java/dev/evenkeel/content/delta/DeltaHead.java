// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import dev.evenkeel.content.packing.PackedKind;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.MalformedInput;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What a delta says of itself before its frames: which image it needs and which it makes, how both
/// are unpacked, what it costs to apply, and the digest of every frame. Its bytes:
/// `docs/formats/delta.md`.
///
/// @param memoryBytes what applying it takes at most, beside the runtime
/// @param kinds how units of the old image are packed; its layers number them
/// @param packings texts of how units of the new image are packed again; its layers number them
/// @param oldLayers the old image's layers, from the image itself upwards
/// @param newLayers the new image's
/// @param members what became of packed members, for people
public record DeltaHead(
        long oldBytes,
        Digest old,
        long newBytes,
        Digest fresh,
        long memoryBytes,
        List<PackedKind> kinds,
        List<String> packings,
        List<Layer> oldLayers,
        List<Layer> newLayers,
        List<FrameEntry> frames,
        List<Members> members) {
    static final int MAX_LEVELS = 4;
    static final int MAX_FRAME_BYTES = 64 << 20;
    static final int MAX_UNIT_BYTES = 64 << 20;
    private static final int MAX_HEAD_BYTES = 64 << 20;
    private static final int MAX_FRAMES = 1 << 16;
    private static final int MAX_UNITS = 4 << 20;
    private static final int MAX_TABLE = 1 << 12;
    private static final int MAX_TEXT = 256;
    private static final long MAX_IMAGE = 1L << 42;
    private static final int DICTIONARY_BYTES = 1 << 22;

    /// The fixed part: magic, format, its own length, plain and packed length of the head, digest
    /// of the packed head.
    private static final DeltaPrefix PREFIX = new DeltaPrefix();

    public static final int PREFIX_BYTES = DeltaPrefix.BYTES;

    /// One frame.
    ///
    /// @param packedBytes its length in the delta
    /// @param digest SHA-256 of those bytes
    /// @param expandedBytes how many bytes of the topmost level it makes
    public record FrameEntry(int packedBytes, Digest digest, long expandedBytes) {}

    /// How members of one kind travel.
    ///
    /// @param unchanged bytes that the old image has exactly so, packed
    /// @param rebuilt packed bytes that are made again from a difference of what they hold
    /// @param asTheyAre packed bytes that no encoder gives again
    public record Members(String kind, int count, long unchanged, long rebuilt, long asTheyAre) {}

    public DeltaHead {
        kinds = List.copyOf(kinds);
        packings = List.copyOf(packings);
        oldLayers = List.copyOf(oldLayers);
        newLayers = List.copyOf(newLayers);
        frames = List.copyOf(frames);
        members = List.copyOf(members);
    }

    /// How many bytes head and prefix have together, from the first [#PREFIX_BYTES] of a delta.
    public static int headBytes(byte[] prefix) {
        return Math.addExact(PREFIX_BYTES, PREFIX.read(prefix).packedBytes());
    }

    /// The head at the start of `delta`.
    public static DeltaHead read(byte[] delta) {
        DeltaPrefix.Fields prefix = PREFIX.read(delta);
        int end = PREFIX_BYTES + prefix.packedBytes();
        if (delta.length < end) {
            throw new MalformedInput(
                    "delta: expected a head of " + end + " bytes, found " + delta.length);
        }
        byte[] packed = Arrays.copyOfRange(delta, PREFIX_BYTES, end);
        if (!Digest.of(packed).equals(prefix.digest())) {
            throw new MalformedInput(
                    "delta: its head has not the digest that it names; it is damaged, fetch it"
                            + " again");
        }
        byte[] plain = Lzma.unpackAll("delta, head", packed, prefix.plainBytes(), DICTIONARY_BYTES);
        return parse(plain);
    }

    /// The head that unpacked bytes hold.
    static DeltaHead parse(byte[] plain) {
        return parse(new Numbers("delta, head", new ByteArrayInputStream(plain)));
    }

    /// Prefix and head.
    public byte[] toBytes() {
        return PREFIX.write(plainBytes(), DICTIONARY_BYTES);
    }

    byte[] plainBytes() {
        var out = new Bytes();
        out.number(oldBytes);
        out.write(old.raw());
        out.number(newBytes);
        out.write(fresh.raw());
        out.number(memoryBytes);
        texts(out, kinds.stream().map(PackedKind::name).toList());
        texts(out, packings);
        layers(out, oldLayers);
        layers(out, newLayers);
        out.number(frames.size());
        for (FrameEntry frame : frames) {
            out.number(frame.packedBytes());
            out.write(frame.digest().raw());
            out.number(frame.expandedBytes());
        }
        out.number(members.size());
        for (Members some : members) {
            text(out, some.kind());
            out.number(some.count());
            out.number(some.unchanged());
            out.number(some.rebuilt());
            out.number(some.asTheyAre());
        }
        return out.toArray();
    }

    /// Where a frame's bytes start in the delta.
    public long frameAt(int number, int headBytes) {
        long at = headBytes;
        for (int i = 0; i < number; i++) {
            at += frames.get(i).packedBytes();
        }
        return at;
    }

    /// Where the bytes of a frame start on the topmost level.
    long expandedAt(int number) {
        long at = 0;
        for (int i = 0; i < number; i++) {
            at += frames.get(i).expandedBytes();
        }
        return at;
    }

    /// Where each frame's bytes start in the new image, and where the last one's end.
    long[] imageBorders() {
        var borders = new long[frames.size() + 1];
        long expanded = 0;
        for (int i = 0; i < frames.size(); i++) {
            long at = expanded;
            for (Layer layer : newLayers.reversed()) at = layer.below(at);
            borders[i] = at;
            expanded += frames.get(i).expandedBytes();
        }
        borders[frames.size()] = newBytes;
        return borders;
    }

    /// How many bytes the topmost level of the new image has.
    long expandedBytes() {
        return expandedAt(frames.size());
    }

    private static void texts(Bytes out, List<String> texts) {
        out.number(texts.size());
        texts.forEach(text -> text(out, text));
    }

    private static void text(Bytes out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.number(bytes.length);
        out.write(bytes);
    }

    /// Column by column, since a column is alike in itself.
    private static void layers(Bytes out, List<Layer> layers) {
        out.number(layers.size());
        for (Layer layer : layers) {
            out.number(layer.count());
            long end = 0;
            for (Layer.Unit unit : layer.units()) {
                out.number(unit.at() - end);
                end = unit.end();
            }
            layer.units().forEach(unit -> out.number(unit.packedBytes()));
            layer.units().forEach(unit -> out.number(unit.plainBytes()));
            layer.units().forEach(unit -> out.number(unit.packing()));
        }
    }

    private static DeltaHead parse(Numbers in) {
        long oldBytes = in.number(MAX_IMAGE, "length of the old image");
        Digest old = digest(in, "digest of the old image");
        long newBytes = in.number(MAX_IMAGE, "length of the new image");
        Digest fresh = digest(in, "digest of the new image");
        long memoryBytes = in.number(MAX_IMAGE, "memory");
        List<PackedKind> kinds = new ArrayList<>();
        for (String name : readTexts(in, "kinds")) {
            kinds.add(kind(in, name));
        }
        List<String> packings = readTexts(in, "packings");
        List<Layer> oldLayers = readLayers(in, oldBytes, kinds.size(), "old layers");
        List<Layer> newLayers = readLayers(in, newBytes, packings.size(), "new layers");
        int frameCount = in.count(MAX_FRAMES, "number of frames");
        List<FrameEntry> frames = new ArrayList<>();
        for (int i = 0; i < frameCount; i++) {
            frames.add(
                    new FrameEntry(
                            in.count(MAX_FRAME_BYTES, "length of a frame"),
                            digest(in, "digest of a frame"),
                            in.number(MAX_IMAGE, "what a frame makes")));
        }
        int memberCount = in.count(MAX_TABLE, "number of kinds of members");
        List<Members> members = new ArrayList<>();
        for (int i = 0; i < memberCount; i++) {
            members.add(
                    new Members(
                            readText(in, "kind of members"),
                            in.count(Integer.MAX_VALUE, "number of members"),
                            in.number(MAX_IMAGE, "unchanged bytes"),
                            in.number(MAX_IMAGE, "rebuilt bytes"),
                            in.number(MAX_IMAGE, "bytes as they are")));
        }
        var head =
                new DeltaHead(
                        oldBytes,
                        old,
                        newBytes,
                        fresh,
                        memoryBytes,
                        kinds,
                        packings,
                        oldLayers,
                        newLayers,
                        frames,
                        members);
        long expanded = newBytes;
        for (Layer layer : newLayers) {
            expanded = layer.plainBytes(expanded);
        }
        if (head.expandedBytes() != expanded) {
            throw in.malformed(
                    "frames make "
                            + head.expandedBytes()
                            + " bytes, expected "
                            + expanded
                            + " for the new image");
        }
        return head;
    }

    private static PackedKind kind(Numbers in, String name) {
        return Arrays.stream(PackedKind.values())
                .filter(kind -> kind.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        in.malformed("packed by '" + name + "', which this version cannot unpack"));
    }

    private static List<String> readTexts(Numbers in, String name) {
        int count = in.count(MAX_TABLE, name);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(readText(in, name));
        }
        return texts;
    }

    private static String readText(Numbers in, String name) {
        return new String(in.bytes(in.count(MAX_TEXT, name), name), StandardCharsets.UTF_8);
    }

    private static Digest digest(Numbers in, String name) {
        return Digest.ofRaw(in.bytes(Digest.SIZE_BYTES, name));
    }

    private static List<Layer> readLayers(Numbers in, long imageBytes, int packings, String name) {
        int levels = in.count(MAX_LEVELS, name);
        List<Layer> layers = new ArrayList<>();
        long size = imageBytes;
        for (int level = 0; level < levels; level++) {
            int count = in.count(MAX_UNITS, name);
            var gaps = new long[count];
            var packed = new int[count];
            var plain = new int[count];
            for (int i = 0; i < count; i++) gaps[i] = in.number(MAX_IMAGE, name);
            for (int i = 0; i < count; i++) packed[i] = in.count(MAX_UNIT_BYTES, name);
            for (int i = 0; i < count; i++) plain[i] = in.count(MAX_UNIT_BYTES, name);
            List<Layer.Unit> units = new ArrayList<>();
            long end = 0;
            for (int i = 0; i < count; i++) {
                int packing = in.count(packings - 1, name);
                var unit = new Layer.Unit(end + gaps[i], packed[i], plain[i], packing);
                end = unit.end();
                if (end > size || packed[i] == 0 || plain[i] == 0) {
                    throw in.malformed(name + ": a unit is empty or ends behind its level");
                }
                units.add(unit);
            }
            var layer = new Layer(units);
            layers.add(layer);
            size = layer.plainBytes(size);
        }
        return layers;
    }

    /// The limit of a head; a larger one is refused before it is read.
    static int maxBytes() {
        return MAX_HEAD_BYTES;
    }
}

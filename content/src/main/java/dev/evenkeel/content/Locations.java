// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Limits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Where each chunk of one index lies: in which pack, at which offset. Unsigned, and rewritten
/// freely by whoever carries the packs: wrong locations cost a fetch, never a wrong byte, because
/// every frame is checked against the index.
///
/// @param index the name of the index that this is for
/// @param places one for each chunk of the index, in its order
public record Locations(Digest index, List<Pack> packs, List<Place> places) {
    private static final FormatHeader HEADER = new FormatHeader("locations", "EKLO", 1, 52);
    private static final int PACK_BYTES = 40;
    private static final int PLACE_BYTES = 12;

    /// A pack that chunks lie in.
    public record Pack(Digest digest, long sizeBytes) {}

    /// Where one chunk lies.
    ///
    /// @param pack number in the table of packs
    /// @param offset of the frame in the pack
    public record Place(int pack, long offset) {}

    public Locations {
        packs = List.copyOf(packs);
        places = List.copyOf(places);
        for (int i = 0; i < places.size(); i++) {
            Place place = places.get(i);
            if (place.pack() < 0 || place.pack() >= packs.size()) {
                throw HEADER.broken(
                        "names pack "
                                + Integer.toUnsignedString(place.pack())
                                + " for chunk "
                                + i
                                + ", there are "
                                + packs.size());
            }
            long packBytes = packs.get(place.pack()).sizeBytes();
            if (place.offset() < 0 || place.offset() >= packBytes) {
                throw HEADER.broken(
                        "puts chunk "
                                + i
                                + " at byte "
                                + Long.toUnsignedString(place.offset())
                                + " of a pack of "
                                + packBytes
                                + " bytes");
            }
        }
    }

    /// The locations that `bytes` hold for the index named `index`.
    public static Locations read(byte[] bytes, Digest index) {
        ByteBuffer in = HEADER.read(bytes, Limits.INDEX_BYTES);
        int packBytes = Short.toUnsignedInt(in.getShort());
        int placeBytes = Short.toUnsignedInt(in.getShort());
        long packCount = Integer.toUnsignedLong(in.getInt());
        long placeCount = Integer.toUnsignedLong(in.getInt());
        Digest found = ChunkIndex.digest(in);
        if (!found.equals(index)) {
            throw HEADER.broken("is for index " + found.brief() + ", expected " + index.brief());
        }
        int start = FormatHeader.length(bytes);
        if (packBytes < PACK_BYTES
                || placeBytes < PLACE_BYTES
                || bytes.length != start + packCount * packBytes + placeCount * placeBytes) {
            throw HEADER.broken(
                    "has "
                            + (bytes.length - start)
                            + " bytes after its header, expected "
                            + packCount
                            + " packs of "
                            + packBytes
                            + " and "
                            + placeCount
                            + " places of "
                            + placeBytes);
        }
        var packs = new ArrayList<Pack>((int) packCount);
        for (int i = 0; i < packCount; i++) {
            in.position(start + i * packBytes);
            packs.add(new Pack(ChunkIndex.digest(in), in.getLong()));
        }
        int placesStart = start + (int) packCount * packBytes;
        var places = new ArrayList<Place>((int) placeCount);
        for (int i = 0; i < placeCount; i++) {
            in.position(placesStart + i * placeBytes);
            places.add(new Place(in.getInt(), in.getLong()));
        }
        return new Locations(index, packs, places);
    }

    public byte[] toBytes() {
        ByteBuffer out =
                ByteBuffer.allocate(
                        HEADER.knownBytes()
                                + packs.size() * PACK_BYTES
                                + places.size() * PLACE_BYTES);
        HEADER.write(out);
        out.putShort((short) PACK_BYTES).putShort((short) PLACE_BYTES);
        out.putInt(packs.size()).putInt(places.size()).put(index.raw());
        for (Pack pack : packs) {
            out.put(pack.digest().raw()).putLong(pack.sizeBytes());
        }
        for (Place place : places) {
            out.putInt(place.pack()).putLong(place.offset());
        }
        return out.array();
    }

    /// The pack that chunk `number` lies in.
    public Digest pack(int number) {
        return packs.get(places.get(number).pack()).digest();
    }

    /// Where the frame of chunk `number` starts in its pack.
    public long offset(int number) {
        return places.get(number).offset();
    }

    /// Throws unless this names one place inside a pack for every chunk of `chunkIndex`.
    public void requireFits(ChunkIndex chunkIndex) {
        if (places.size() != chunkIndex.chunks().size()) {
            throw HEADER.broken(
                    "has "
                            + places.size()
                            + " places, the index has "
                            + chunkIndex.chunks().size()
                            + " chunks");
        }
        for (int i = 0; i < places.size(); i++) {
            Pack pack = packs.get(places.get(i).pack());
            int frameBytes = chunkIndex.chunk(i).frameBytes();
            if (offset(i) < PackWriter.HEADER_BYTES || offset(i) > pack.sizeBytes() - frameBytes) {
                throw HEADER.broken(
                        "puts the "
                                + frameBytes
                                + " bytes of chunk "
                                + i
                                + " at byte "
                                + offset(i)
                                + ", outside of the frames of a pack of "
                                + pack.sizeBytes()
                                + " bytes");
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.content.ChunkIndex;
import dev.evenkeel.content.ContentPath;
import dev.evenkeel.content.ContentSource;
import dev.evenkeel.content.Locations;
import dev.evenkeel.content.Unfinished;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.Payload;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/// What describes images, fetched once for as long as the agent runs: an update that goes on after
/// each cut of a slow link must not spend the link on the same descriptions again.
///
/// An index is verified before it is kept, and a part of it that arrived before a cut is kept too.
/// Locations are unsigned, and forgotten when they led to nothing. As bytes they are a quarter of
/// what they take as objects: 72 bytes for a chunk of 64 KiB.
final class Descriptions {
    /// Both images of the release that runs and of the one that comes.
    private static final int MOST = 4;

    private final ContentSource source;
    private final Unfinished unfinished = new Unfinished();
    private final Map<Digest, byte[]> indexes = newestOf();
    private final Map<Digest, Locations> locations = newestOf();

    Descriptions(ContentSource source) {
        this.source = source;
    }

    private static <T> Map<Digest, T> newestOf() {
        return new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Digest, T> eldest) {
                return size() > MOST;
            }
        };
    }

    /// The bytes of an index, of the length and digest that the manifest names.
    byte[] index(Payload.File file) throws IOException {
        byte[] known = indexes.get(file.digest());
        if (known != null) return known;
        if (file.sizeBytes() > Limits.INDEX_BYTES) {
            throw new CannotInstall(
                    "its chunk index has "
                            + file.sizeBytes()
                            + " bytes, at most "
                            + Limits.INDEX_BYTES
                            + " can be read");
        }
        byte[] fetched = fetch(file.digest(), (int) file.sizeBytes());
        indexes.put(file.digest(), fetched);
        return fetched;
    }

    private byte[] fetch(Digest digest, int length) throws IOException {
        String path = ContentPath.index(digest);
        int held = unfinished.held(digest);
        byte[] bytes;
        boolean isLonger;
        try (InputStream in = source.open(path, held, length - held)) {
            bytes = unfinished.complete(digest, length, in);
            isLonger = in.read() >= 0;
        }
        if (isLonger || !Digest.of(bytes).equals(digest)) {
            String wrong = path + ": the carrier has other bytes than the manifest names";
            source.wasWrong(path, wrong);
            throw new IOException(wrong);
        }
        return bytes;
    }

    /// Where the chunks of `index` lie, as the carrier says.
    Locations locations(Digest name, ChunkIndex index) throws IOException {
        Locations known = locations.get(name);
        if (known != null) return known;
        try {
            byte[] bytes = source.fetch(ContentPath.locations(name), Limits.INDEX_BYTES);
            Locations read = Locations.read(bytes, name);
            read.requireFits(index);
            locations.put(name, read);
            return read;
        } catch (MalformedInput wrong) {
            // unsigned: the carrier's fault, and the next answer may be right
            throw new IOException(wrong.getMessage(), wrong);
        }
    }

    void forgetLocations() {
        locations.clear();
    }
}

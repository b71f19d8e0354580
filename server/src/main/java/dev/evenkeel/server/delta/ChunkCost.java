// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.delta;

import dev.evenkeel.content.Chunk;
import dev.evenkeel.content.ChunkIndex;
import dev.evenkeel.content.ContentFolder;
import dev.evenkeel.content.ContentPath;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.Payload;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/// What an image costs a device without a delta.
///
/// @param missingBytes frames of the chunks that the old image lacks
/// @param fullBytes frames of all chunks
record ChunkCost(long missingBytes, long fullBytes) {
    static ChunkCost of(ContentFolder content, Payload old, Payload fresh) throws IOException {
        Set<Digest> has = new HashSet<>();
        for (Chunk chunk : index(content, old).chunks()) has.add(chunk.raw());
        Set<Digest> seen = new HashSet<>();
        long missing = 0;
        long full = 0;
        for (Chunk chunk : index(content, fresh).chunks()) {
            if (!seen.add(chunk.raw())) continue;
            full += chunk.frameBytes();
            if (!has.contains(chunk.raw())) missing += chunk.frameBytes();
        }
        return new ChunkCost(missing, full);
    }

    private static ChunkIndex index(ContentFolder content, Payload payload) throws IOException {
        return ChunkIndex.read(
                content.fetch(ContentPath.index(payload.index().digest()), Limits.INDEX_BYTES));
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/// Reads an image back from the medium, past the page cache: what the next boot will find.
final class ReadBack {
    static final int BLOCK_BYTES = 1 << 20;
    private static final int SECTOR_BYTES = 4096;

    /// Told after each block.
    interface Progress {
        void read(int bytes) throws IOException;
    }

    private final ByteBuffer block;

    /// @param block aligned as [Disk#readPastCache] wants it, [#BLOCK_BYTES] long
    ReadBack(ByteBuffer block) {
        this.block = block;
    }

    /// The digest of the first `sizeBytes` of `disk`.
    Digest digest(Disk disk, long sizeBytes, Progress progress) throws IOException {
        MessageDigest running = Digest.sha256();
        for (long at = 0; at < sizeBytes; at += BLOCK_BYTES) {
            int wanted = (int) Math.min(BLOCK_BYTES, sizeBytes - at);
            int sectors = Math.ceilDiv(wanted, SECTOR_BYTES) * SECTOR_BYTES;
            block.clear().limit((int) Math.min(sectors, disk.sizeBytes() - at));
            disk.readPastCache(at, block);
            running.update(block.flip().limit(wanted));
            progress.read(wanted);
        }
        return Digest.ofRaw(running.digest());
    }

    /// A reader of any range of `disk`, past the page cache.
    SlotWriter.Reader of(Disk disk) {
        return (offset, into) -> {
            long start = offset / SECTOR_BYTES * SECTOR_BYTES;
            int before = (int) (offset - start);
            int sectors = Math.ceilDiv(before + into.length, SECTOR_BYTES) * SECTOR_BYTES;
            block.clear().limit((int) Math.min(sectors, disk.sizeBytes() - start));
            disk.readPastCache(start, block);
            block.flip().position(before).get(into);
        };
    }
}

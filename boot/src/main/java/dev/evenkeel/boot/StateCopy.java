// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.evenkeel.core.Digest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/// What one copy of a region of the state partition turned out to be.
sealed interface StateCopy {
    /// Header of version 1. All numbers are big-endian; see `docs/formats/state-partition.md`.
    int HEADER_BYTES = 128;

    /// Written by this version of the software.
    int VERSION = 1;

    /// A copy is written in whole blocks of this size.
    int BLOCK_BYTES = 4096;

    byte[] MAGIC = "EVKSTATE".getBytes(US_ASCII);

    record Good(long sequence, byte[] content) implements StateCopy {}

    /// Never written.
    record Blank() implements StateCopy {}

    /// Sound, but of a version that says that ours cannot read it.
    record Newer(long sequence, int version) implements StateCopy {}

    /// Torn, corrupt or unreadable.
    record Broken(String fault) implements StateCopy {}

    /// The header alone, which tells how much more there is to read.
    record Header(
            int version,
            int oldestReader,
            int headerBytes,
            int region,
            long sequence,
            long length) {
        static Header read(ByteBuffer bytes) {
            return new Header(
                    Short.toUnsignedInt(bytes.getShort(8)),
                    Short.toUnsignedInt(bytes.getShort(10)),
                    bytes.getInt(12),
                    bytes.getInt(16),
                    bytes.getLong(24),
                    bytes.getLong(32));
        }

        boolean fits(Region expected) {
            return headerBytes >= HEADER_BYTES
                    && headerBytes <= BLOCK_BYTES
                    && region == expected.number()
                    && sequence >= 0
                    && length >= 0
                    && length <= expected.sizeBytes() - headerBytes;
        }

        int totalBytes() {
            return headerBytes + (int) length;
        }
    }

    /// Judges a copy.
    ///
    /// @param area the copy as far as its header says that it reaches, or more
    static StateCopy read(Region region, byte[] area) {
        if (isBlank(area)) return new Blank();
        if (!Arrays.equals(area, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            return new Broken("no header");
        }
        Header header = Header.read(ByteBuffer.wrap(area));
        if (!header.fits(region) || header.totalBytes() > area.length) {
            return new Broken("its header makes no sense: " + header);
        }
        byte[] digest = Arrays.copyOfRange(area, 40, 40 + Digest.SIZE_BYTES);
        if (!MessageDigest.isEqual(digest, digest(area, header.totalBytes()))) {
            return new Broken("its content does not have its digest");
        }
        if (header.oldestReader() > VERSION) {
            return new Newer(header.sequence(), header.version());
        }
        return new Good(
                header.sequence(),
                Arrays.copyOfRange(area, header.headerBytes(), header.totalBytes()));
    }

    /// A copy in whole blocks.
    static byte[] write(Region region, long sequence, byte[] content) {
        int total = HEADER_BYTES + content.length;
        byte[] area = new byte[Math.ceilDiv(total, BLOCK_BYTES) * BLOCK_BYTES];
        ByteBuffer.wrap(area)
                .put(MAGIC)
                .putShort((short) VERSION)
                .putShort((short) VERSION)
                .putInt(HEADER_BYTES)
                .putInt(region.number())
                .putInt(0)
                .putLong(sequence)
                .putLong(content.length);
        System.arraycopy(content, 0, area, HEADER_BYTES, content.length);
        System.arraycopy(digest(area, total), 0, area, 40, Digest.SIZE_BYTES);
        return area;
    }

    /// Over all of the copy but the digest's own place.
    private static byte[] digest(byte[] area, int total) {
        MessageDigest running = Digest.sha256();
        running.update(area, 0, 40);
        running.update(area, 40 + Digest.SIZE_BYTES, total - 40 - Digest.SIZE_BYTES);
        return running.digest();
    }

    /// A new disk reads as zeros, an erased flash as ones.
    private static boolean isBlank(byte[] area) {
        for (int i = 0; i < HEADER_BYTES; i++) {
            if (area[i] != area[0] || (area[i] != 0 && area[i] != (byte) 0xff)) return false;
        }
        return true;
    }
}

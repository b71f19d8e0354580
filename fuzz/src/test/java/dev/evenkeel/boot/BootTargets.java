// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.fuzz.Target;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/// What lies on a disk that lost its power: boot records of both codecs, and copies of the state
/// partition.
public final class BootTargets {
    private static final String GOLDEN = "../boot/src/test/resources/golden/";

    /// Where a copy has its digest, which covers all but itself: `docs/formats/state-partition.md`.
    private static final int DIGEST_OFFSET = 40;

    private BootTargets() {}

    public static List<Target> all() {
        return List.of(
                record("boot-record", RecordCodec.PLAIN, 4).from(GOLDEN + "boot-record-v1.bin"),
                record("boot-record-redundant", RecordCodec.REDUNDANT, 5)
                        .from(GOLDEN + "boot-record-redundant-v1.bin"),
                Target.of("state-copy", BootTargets::stateCopy)
                        .from(GOLDEN + "state-partition-record-v1.bin"),
                Target.of("state-copy-sealed", bytes -> stateCopy(sealed(bytes)))
                        .from(GOLDEN + "state-partition-record-v1.bin"));
    }

    /// The CRC is made right, or no fuzzer would ever get past it.
    private static Target record(String name, RecordCodec codec, int headerBytes) {
        return Target.of(
                name,
                bytes -> {
                    byte[] area = Arrays.copyOf(bytes, UbootEnvironment.SIZE_BYTES);
                    var crc = new CRC32();
                    crc.update(area, headerBytes, area.length - headerBytes);
                    ByteBuffer.wrap(area)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt((int) crc.getValue());
                    return Optional.of(codec.write(codec.read(area)));
                },
                MalformedInput.class);
    }

    /// As each region would read it; only the one that it is for may take it.
    private static Optional<byte[]> stateCopy(byte[] bytes) {
        Optional<byte[]> written = Optional.empty();
        if (bytes.length < StateCopy.HEADER_BYTES) return written;
        for (Region region : Region.values()) {
            if (StateCopy.read(region, bytes) instanceof StateCopy.Good good) {
                if (written.isPresent()) throw new AssertionError("two regions take one copy");
                written = Optional.of(StateCopy.write(region, good.sequence(), good.content()));
            }
        }
        return written;
    }

    /// With its digest made right.
    private static byte[] sealed(byte[] bytes) {
        if (bytes.length < StateCopy.HEADER_BYTES) return bytes;
        var header = StateCopy.Header.read(ByteBuffer.wrap(bytes));
        for (Region region : Region.values()) {
            if (!header.fits(region) || header.totalBytes() > bytes.length) continue;
            MessageDigest digest = Digest.sha256();
            int after = DIGEST_OFFSET + Digest.SIZE_BYTES;
            digest.update(bytes, 0, DIGEST_OFFSET);
            digest.update(bytes, after, header.totalBytes() - after);
            byte[] area = bytes.clone();
            System.arraycopy(digest.digest(), 0, area, DIGEST_OFFSET, Digest.SIZE_BYTES);
            return area;
        }
        return bytes;
    }
}

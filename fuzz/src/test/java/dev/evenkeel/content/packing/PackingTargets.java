// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.fuzz.Target;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What is packed inside of images that somebody else built, and the text of a packing in a delta.
public final class PackingTargets {
    private static final int PLAIN_BYTES = 64 << 10;

    private PackingTargets() {}

    public static List<Target> all() {
        return List.of(
                Target.of("packed", PackingTargets::packed, PackingFault.class),
                Target.of("packed-spans", PackingTargets::spans),
                Target.of(
                        "packing",
                        bytes ->
                                Optional.of(
                                        Packing.parse(new String(bytes, UTF_8))
                                                .text()
                                                .getBytes(UTF_8)),
                        PackingFault.class));
    }

    /// The first byte says of which kind the rest is.
    private static Optional<byte[]> packed(byte[] bytes) {
        if (bytes.length == 0) return Optional.empty();
        List<PackedKind> kinds = List.of(PackedKind.values());
        PackedKind kind = kinds.get((bytes[0] & 0xFF) % kinds.size());
        byte[] packed = Arrays.copyOfRange(bytes, 1, bytes.length);
        int plainBytes = kind.unpack(packed, PLAIN_BYTES).length;
        if (plainBytes > PLAIN_BYTES) throw new AssertionError(kind + ": " + plainBytes + " bytes");
        return Optional.empty();
    }

    /// Whatever a file says, the spans lie in it.
    private static Optional<byte[]> spans(byte[] bytes) {
        for (PackedSpan span : PackedSpans.of(bytes)) {
            if (span.end() > bytes.length || span.at() > bytes.length) {
                throw new AssertionError(span + " in " + bytes.length + " bytes");
            }
            if (span.kind() == PackedKind.XZ) XzStream.facts(bytes);
        }
        return Optional.empty();
    }
}

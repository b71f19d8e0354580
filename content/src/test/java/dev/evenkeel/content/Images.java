// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import java.io.ByteArrayOutputStream;
import java.util.random.RandomGenerator;

/// Images as tests need them: somewhat compressible, with runs of zeros and repetitions, as
/// filesystems have.
final class Images {
    private Images() {}

    static byte[] random(RandomGenerator random, int sizeBytes) {
        var out = new ByteArrayOutputStream();
        while (out.size() < sizeBytes) {
            var piece = new byte[random.nextInt(1, 100_000)];
            switch (random.nextInt(8)) {
                case 0 -> {} // zeros
                case 1, 2 -> fillWithText(random, piece);
                default -> random.nextBytes(piece);
            }
            out.writeBytes(piece);
        }
        return java.util.Arrays.copyOf(out.toByteArray(), sizeBytes);
    }

    /// `image` with `count` places changed: bytes replaced, inserted or removed.
    static byte[] edited(RandomGenerator random, byte[] image, int count) {
        byte[] edited = image;
        for (int i = 0; i < count; i++) {
            int at = random.nextInt(edited.length);
            int removed = Math.min(random.nextInt(300), edited.length - at);
            var inserted = new byte[random.nextInt(300)];
            random.nextBytes(inserted);
            edited = splice(edited, at, removed, inserted);
        }
        return edited;
    }

    static byte[] splice(byte[] image, int at, int removed, byte[] inserted) {
        var out = new ByteArrayOutputStream();
        out.write(image, 0, at);
        out.writeBytes(inserted);
        out.write(image, at + removed, image.length - at - removed);
        return out.toByteArray();
    }

    private static void fillWithText(RandomGenerator random, byte[] piece) {
        for (int i = 0; i < piece.length; i++) {
            piece[i] = (byte) ('a' + random.nextInt(4));
        }
    }
}

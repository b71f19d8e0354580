// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.filesystem;

import dev.evenkeel.content.RandomBytes;
import java.io.IOException;

/// An image whose reads are held within its bounds and its [Budget].
final class ImageBytes {
    private final RandomBytes image;
    private final Budget budget;

    ImageBytes(RandomBytes image, Budget budget) {
        this.image = image;
        this.budget = budget;
    }

    /// Little-endian fields that lie at `at`.
    Fields fields(long at, int length) throws IOException {
        return new Fields(read(at, length));
    }

    /// Counts work that is no read.
    void spend(long bytes) throws Damaged {
        budget.spend(bytes);
    }

    byte[] read(long at, int length) throws IOException {
        if (at < 0 || length < 0 || at > image.sizeBytes() - length) throw new Damaged();
        budget.spend(length);
        return image.read(at, length);
    }
}

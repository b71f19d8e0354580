// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import dev.evenkeel.content.RandomBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Makes and applies deltas between images in memory.
record Deltas(Path folder) {
    static final long MEMORY = 64L << 20;

    /// A delta as a file's bytes.
    byte[] make(byte[] old, byte[] fresh) throws IOException {
        return make(old, fresh, MEMORY);
    }

    byte[] make(byte[] old, byte[] fresh, long memoryBytes) throws IOException {
        Path before = Files.write(folder.resolve("old"), old);
        Path after = Files.write(folder.resolve("new"), fresh);
        Path delta = folder.resolve("delta");
        new DeltaMaker(memoryBytes, (step, done, whole) -> {}).make(before, after, delta);
        return Files.readAllBytes(delta);
    }

    /// The new image; the old one need not be checked.
    byte[] apply(byte[] old, byte[] delta) throws IOException {
        Path file = Files.write(folder.resolve("delta"), delta);
        Path fresh = folder.resolve("applied");
        try (DeltaFile opened = DeltaFile.open(file)) {
            new DeltaApply(opened.head(), RandomBytes.of(old), MEMORY)
                    .image(opened, fresh, done -> {});
        }
        return Files.readAllBytes(fresh);
    }
}

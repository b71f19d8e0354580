// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.server.TestRelease;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/// Makes small releases with rising versions that share most of their bytes.
final class Releases {
    private static final int SLOT_BYTES = 192 << 10;

    private final Path folder;
    private final AtomicInteger made = new AtomicInteger();
    private final byte[] slot = new byte[SLOT_BYTES];

    Releases(Path folder, long seed) {
        this.folder = folder;
        new Random(seed).nextBytes(slot);
    }

    Publication next() throws IOException {
        String version = "2." + made.incrementAndGet();
        byte[] image = slot.clone();
        byte[] own = ("release " + version).getBytes(UTF_8);
        System.arraycopy(own, 0, image, SLOT_BYTES / 2, own.length);
        return new Publication(TestRelease.build(folder.resolve(version), version, image));
    }
}

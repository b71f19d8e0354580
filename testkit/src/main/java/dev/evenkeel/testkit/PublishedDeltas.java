// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit;

import dev.evenkeel.content.ContentFolder;
import dev.evenkeel.content.StoredDelta;
import dev.evenkeel.content.delta.DeltaMaker;
import dev.evenkeel.trust.MetadataPublisher;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/// The deltas between the images of two releases, made by the engine that ships, and named by the
/// deltas' role.
public final class PublishedDeltas {
    /// The least that a delta can be made for: small frames, so that a small image has several.
    private static final long MEMORY_BYTES = DeltaMaker.SMALLEST_MEMORY_BYTES;

    private PublishedDeltas() {}

    /// Makes them for two release folders of which the content is published already.
    public static void publish(
            ContentFolder content, MetadataPublisher publisher, Path from, Path to, Instant now)
            throws IOException {
        for (String image : List.of("slot.img", "boot.img")) {
            Path made = to.resolve(image + ".delta");
            new DeltaMaker(MEMORY_BYTES, (step, done, whole) -> {})
                    .make(from.resolve(image), to.resolve(image), made);
            StoredDelta delta = content.addDelta(made);
            publisher.offerDelta(delta.target(), delta.headBytes(), now);
        }
    }
}

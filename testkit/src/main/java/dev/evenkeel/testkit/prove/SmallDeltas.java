// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import dev.evenkeel.content.ContentPath;
import dev.evenkeel.content.delta.DeltaHead;
import dev.evenkeel.content.delta.DeltaMaker;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Payload;
import dev.evenkeel.trust.MetadataPublisher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/// The deltas between the images of two releases, made by the engine that ships.
final class SmallDeltas {
    private static final Map<Payload.Kind, String> IMAGES =
            Map.of(Payload.Kind.SLOT_IMAGE, "slot.img", Payload.Kind.BOOT_IMAGE, "boot.img");

    private SmallDeltas() {}

    static void publish(
            Path repository, MetadataPublisher publisher, SmallRelease from, SmallRelease to)
            throws IOException {
        for (Payload.Kind kind : Payload.Kind.values()) {
            String image = IMAGES.get(kind);
            Path made = to.folder().resolve(image + ".delta");
            new DeltaMaker(DeltaMaker.SMALLEST_MEMORY_BYTES, (step, done, whole) -> {})
                    .make(from.folder().resolve(image), to.folder().resolve(image), made);
            byte[] delta = Files.readAllBytes(made);
            int headBytes = DeltaHead.headBytes(Arrays.copyOf(delta, DeltaHead.PREFIX_BYTES));
            byte[] head = Arrays.copyOf(delta, headBytes);
            Path file = repository.resolve(ContentPath.delta(Digest.of(head)));
            Files.createDirectories(file.getParent());
            Files.move(made, file);
            publisher.offerDelta(
                    ContentPath.deltaTarget(image(from, kind), image(to, kind)), head, World.NOW);
        }
    }

    private static Digest image(SmallRelease release, Payload.Kind kind) {
        return Digest.of(kind == Payload.Kind.SLOT_IMAGE ? release.slot() : release.boot());
    }
}

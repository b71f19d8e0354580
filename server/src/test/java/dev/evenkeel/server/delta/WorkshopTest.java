// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.content.ContentFolder;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Payload;
import dev.evenkeel.server.TestRelease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkshopTest {
    private static final long MEMORY = 64L << 20;

    @TempDir Path folder;
    private ContentFolder content;
    private Path work;
    private final List<Payload> slots = new ArrayList<>();

    @BeforeEach
    void two_releases_are_there() throws IOException {
        content = ContentFolder.open(folder.resolve("repository"));
        work = folder.resolve("work");
        var slot = new byte[300_000];
        new Random(5).nextBytes(slot);
        for (String version : List.of("1.0", "1.1")) {
            TestRelease release = TestRelease.build(folder.resolve(version), version, slot);
            content.publish(release.folder(), release.manifest());
            slots.add(release.manifest().payload(Payload.Kind.SLOT_IMAGE));
            slot[100_000]++;
        }
    }

    @Test
    void what_a_killed_server_left_is_swept_at_the_start() throws IOException {
        Files.createDirectories(work.resolve("left/deeper"));
        Files.writeString(work.resolve("left/old"), "half an image");
        Files.writeString(work.resolve("stray"), "");

        var _ = new Workshop(work, content, MEMORY);

        assertThat(work).isEmptyDirectory();
    }

    @Test
    void images_for_which_there_is_no_room_are_not_begun() throws Exception {
        var workshop = new Workshop(work, content, MEMORY);
        var huge =
                new Payload(
                        Payload.Kind.SLOT_IMAGE,
                        1L << 50,
                        Digest.of(new byte[1]),
                        slots.get(1).index(),
                        Optional.empty());

        assertThatThrownBy(() -> workshop.make(slots.get(0), huge, (_, _) -> {}))
                .isInstanceOf(Workshop.NoRoom.class)
                .hasMessageContaining("bytes of temporary space");
        assertThat(work).isEmptyDirectory();
    }

    @Test
    void a_delta_for_less_memory_than_a_process_can_keep_to_fails_with_what_the_process_said()
            throws Exception {
        var workshop = new Workshop(work, content, 1);

        assertThatThrownBy(() -> workshop.make(slots.get(0), slots.get(1), (_, _) -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ended with 1")
                .hasMessageContaining("memory of a delta: expected at least");
        assertThat(work).isEmptyDirectory();
    }

    @Test
    void a_closed_workshop_ends_its_process_and_keeps_nothing() throws Exception {
        var workshop = new Workshop(work, content, MEMORY);
        workshop.close();

        assertThatThrownBy(() -> workshop.make(slots.get(0), slots.get(1), (_, _) -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ended with 137");
        assertThat(work).isEmptyDirectory();
    }

    @Test
    void whoever_takes_the_delta_over_may_fail_and_nothing_stays() throws Exception {
        var workshop = new Workshop(work, content, MEMORY);

        assertThatThrownBy(() ->
                        workshop.make(
                                slots.get(0),
                                slots.get(1),
                                (delta, cpuMillis) -> {
                                    assertThat(delta).isRegularFile();
                                    assertThat(cpuMillis).isPositive();
                                    throw new IOException("No space left on device");
                                }))
                .isInstanceOf(IOException.class)
                .hasMessage("No space left on device");
        assertThat(work).isEmptyDirectory();
    }
}

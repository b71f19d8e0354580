// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.image.lock.AgentBundle;
import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.lock.Store;
import dev.evenkeel.image.process.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A training that cannot work, because the lock has no Java. That one works is seen by the guide's
/// test, whose locks must hold an archive.
class ClassArchiveTest {
    @TempDir private Path folder;
    private final List<String> trainings = new ArrayList<>();
    private Store store;

    @BeforeEach
    void open() {
        store = new Store(folder.resolve("store"));
    }

    @Test
    void a_training_that_failed_is_not_repeated_and_says_why_it_failed() throws IOException {
        assertThatThrownBy(() -> archive("agent").find());
        assertThatThrownBy(() -> archive("agent").find())
                .hasMessageContaining("could not be made before")
                .hasMessageContaining("--require-archive")
                .hasMessageContaining("It said then: ")
                .hasMessageContaining("evenkeel-agent-1.jar");
        assertThat(trainings).hasSize(1);
    }

    @Test
    void another_agent_is_trained_and_so_is_one_that_is_asked_for() throws IOException {
        assertThatThrownBy(() -> archive("agent").find());
        assertThatThrownBy(() -> archive("newer agent").find());
        assertThatThrownBy(() -> archive("agent").findOrTryAgain());
        assertThat(trainings).hasSize(3);
    }

    @Test
    void a_training_that_failed_leaves_nothing_half_made() throws IOException {
        assertThatThrownBy(() -> archive("agent").find());
        try (Stream<Path> left = Files.list(store.folder())) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("cache", "store");
        }
    }

    private ClassArchive archive(String agent) throws IOException {
        Path jar = Files.writeString(folder.resolve("evenkeel-agent-1.jar"), agent);
        Lock lock =
                new Lock(
                                "box",
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of(),
                                Optional.empty())
                        .withAgent(new AgentBundle(List.of(jar), Optional.empty()), store);
        return new ClassArchive(
                lock,
                store,
                new Progress() {
                    @Override
                    public void stage(String name) {}

                    @Override
                    public void bytes(long done, long total) {}

                    @Override
                    public void note(String line) {
                        if (line.startsWith("training")) trainings.add(line);
                    }
                });
    }
}

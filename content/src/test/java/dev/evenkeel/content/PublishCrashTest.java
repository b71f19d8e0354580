// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` between any two steps of a publish: the folder as it was at that instant is opened
/// again by a new process.
class PublishCrashTest {
    @TempDir Path folder;

    private final byte[] slotOne = Images.random(new Random(31), 600_000);
    private final byte[] slotTwo = Images.edited(new Random(32), slotOne, 2);
    private final byte[] boot = Images.random(new Random(33), 100_000);
    private Path repository = Path.of("");

    @BeforeEach
    void one_release_is_there() throws IOException {
        repository = folder.resolve("repository");
        BuiltRelease one = one();
        ContentFolder.open(repository).publish(one.folder(), one.manifest());
    }

    @Test
    void the_steps_make_visible_only_what_is_on_the_medium_and_complete() throws IOException {
        var steps = new RecordedSteps();
        BuiltRelease two = two();

        ContentFolder.open(repository, steps).publish(two.folder(), two.manifest());

        assertThat(steps.trace)
                .containsExactly(
                        "start pack",
                        "finish pack",
                        "move to packs",
                        "sync packs",
                        "write locations",
                        "move to locations",
                        "sync locations",
                        "write indexes",
                        "move to indexes",
                        "sync indexes");
    }

    @Test
    void a_crash_after_any_step_leaves_the_old_release_whole_and_the_new_one_publishable()
            throws IOException {
        var steps = new RecordedSteps();
        BuiltRelease one = one();
        BuiltRelease two = two();
        ContentFolder.open(repository, steps).publish(two.folder(), two.manifest());
        assertThat(steps.crashes).hasSizeGreaterThan(10);

        for (Path crashed : steps.crashes) {
            var content = ContentFolder.open(crashed);
            assertThat(crashed.resolve(".incoming")).as("swept").isEmptyDirectory();
            assertThat(content.check().problems()).isEmpty();
            assertThat(fresh(content, one.slot())).isEqualTo(slotOne);
            if (content.file(ContentPath.index(two.slot().file().digest())).isPresent()) {
                assertThat(fresh(content, two.slot())).isEqualTo(slotTwo);
            }

            content.publish(two.folder(), two.manifest());

            assertThat(fresh(content, two.slot())).isEqualTo(slotTwo);
            assertThat(content.check().problems()).isEmpty();
            assertThat(content.check().leftovers()).isEmpty();
            assertThat(listing(crashed)).isEqualTo(listing(repository));
        }
    }

    @Test
    void a_full_disk_at_any_step_is_an_error_that_leaves_nothing_behind() throws IOException {
        BuiltRelease one = one();
        BuiltRelease two = two();
        for (int step = 0; step < 10; step++) {
            Path copy = copy(repository, folder.resolve("full-" + step));
            var content = ContentFolder.open(copy, new FailingSteps(step));

            assertThatThrownBy(() -> content.publish(two.folder(), two.manifest()))
                    .isInstanceOf(IOException.class)
                    .hasMessage("No space left on device");

            var after = ContentFolder.open(copy);
            assertThat(copy.resolve(".incoming")).isEmptyDirectory();
            assertThat(after.check().problems()).isEmpty();
            assertThat(fresh(after, one.slot())).isEqualTo(slotOne);
        }
    }

    @Test
    void who_opens_or_publishes_in_the_middle_of_a_publish_does_not_disturb_it()
            throws IOException {
        BuiltRelease two = two();
        var steps =
                new FileSteps() {
                    @Override
                    Digest finishPack(PackWriter pack) throws IOException {
                        var other = ContentFolder.open(repository);
                        assertThat(other.check().problems()).isEmpty();
                        assertThatThrownBy(() -> other.publish(two.folder(), two.manifest()))
                                .isInstanceOf(IOException.class)
                                .hasMessageContaining("publishing there already");
                        return super.finishPack(pack);
                    }
                };

        var content = ContentFolder.open(repository, steps);
        content.publish(two.folder(), two.manifest());

        assertThat(fresh(content, two.slot())).isEqualTo(slotTwo);
    }

    /// Does the steps, and keeps a copy of the repository as it was before the first step, in the
    /// middle of each write and after each step.
    private final class RecordedSteps extends TracedSteps {
        final List<Path> crashes = new ArrayList<>();

        @Override
        PackWriter startPack(Path file) throws IOException {
            crash();
            PackWriter pack = super.startPack(file);
            done("start pack");
            return pack;
        }

        @Override
        Digest finishPack(PackWriter pack) throws IOException {
            crash();
            Digest name = super.finishPack(pack);
            done("finish pack");
            return name;
        }

        @Override
        void write(Path file, byte[] bytes) throws IOException {
            Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
            crash();
            Files.delete(file);
            super.write(file, bytes);
            done("write " + file.getFileName().toString().split("-", 2)[0]);
        }

        @Override
        void crash() throws IOException {
            crashes.add(copy(repository, folder.resolve("crash-" + crashes.size())));
        }
    }

    /// Fails at one step, and leaves what the failing system call would leave.
    private static final class FailingSteps extends FileSteps {
        private int left;

        FailingSteps(int left) {
            this.left = left;
        }

        @Override
        PackWriter startPack(Path file) throws IOException {
            step();
            return super.startPack(file);
        }

        @Override
        Digest finishPack(PackWriter pack) throws IOException {
            step();
            return super.finishPack(pack);
        }

        @Override
        void write(Path file, byte[] bytes) throws IOException {
            step();
            super.write(file, bytes);
        }

        @Override
        void move(Path from, Path to) throws IOException {
            step();
            super.move(from, to);
        }

        @Override
        void syncFolder(Path synced) throws IOException {
            step();
            super.syncFolder(synced);
        }

        private void step() throws IOException {
            if (left-- == 0) throw new IOException("No space left on device");
        }
    }

    private BuiltRelease one() throws IOException {
        return build("1.0", slotOne);
    }

    private BuiltRelease two() throws IOException {
        return build("1.1", slotTwo);
    }

    private BuiltRelease build(String version, byte[] slot) throws IOException {
        return BuiltRelease.build(Files.createTempDirectory(folder, version), version, slot, boot);
    }

    private static byte[] fresh(ContentFolder content, ChunkIndex index) throws IOException {
        return Installation.of(index, content, LocalChunks.none()).image();
    }

    private static List<String> listing(Path repository) throws IOException {
        try (Stream<Path> files = Files.walk(repository)) {
            return files.map(file -> repository.relativize(file).toString()).sorted().toList();
        }
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
        return to;
    }
}

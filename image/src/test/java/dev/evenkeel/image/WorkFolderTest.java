// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkFolderTest {
    @TempDir private Path folder;

    @Test
    void ctrl_c_ends_the_programs_and_leaves_nothing_half_made() throws Exception {
        Process build =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                InterruptedBuild.class.getName(),
                                folder.resolve("release").toString())
                        .inheritIO()
                        .start();
        while (build.isAlive() && filesBelow() < 20) Thread.onSpinWait();
        List<ProcessHandle> programs = build.descendants().toList();
        assertThat(programs).isNotEmpty();

        build.destroy();

        assertThat(build.waitFor(60, TimeUnit.SECONDS)).isTrue();
        // an orphan stays a zombie until init has asked for it
        for (ProcessHandle program : programs) {
            assertThat(program.onExit()).succeedsWithin(Duration.ofSeconds(30));
        }
        assertThat(folder).isEmptyDirectory();
    }

    private long filesBelow() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).count();
        } catch (java.io.UncheckedIOException changing) {
            return 0;
        }
    }
}

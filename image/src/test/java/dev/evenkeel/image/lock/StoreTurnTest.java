// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.lock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.image.process.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two builds that share a store.
class StoreTurnTest {
    private final CountDownLatch told = new CountDownLatch(1);

    /// Another process: takes its turn, says so, and keeps it until it is spoken to.
    public static void main(String[] arguments) throws IOException {
        try (var _ = new Store(Path.of(arguments[0])).turn(Progress.SILENT)) {
            System.out.println("mine");
            System.out.flush();
            System.in.read();
        }
    }

    @Test
    void a_second_build_waits_and_says_so(@TempDir Path folder) throws Exception {
        Process other = otherProcess(folder);
        assertThat(other.inputReader().readLine()).isEqualTo("mine");
        var mine = new CountDownLatch(1);
        Thread waiting =
                Thread.ofVirtual()
                        .start(() -> {
                            try (var _ = new Store(folder).turn(new Told())) {
                                mine.countDown();
                            }
                        });
        assertThat(told.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(mine.getCount()).isEqualTo(1);

        other.outputWriter().append("go on\n").close();

        assertThat(mine.await(30, TimeUnit.SECONDS)).isTrue();
        waiting.join();
        assertThat(other.waitFor()).isZero();
    }

    @Test
    void the_turn_of_a_killed_build_is_over(@TempDir Path folder) throws Exception {
        Process other = otherProcess(folder);
        assertThat(other.inputReader().readLine()).isEqualTo("mine");

        other.destroyForcibly().waitFor();

        try (var turn = new Store(folder).turn(Progress.SILENT)) {
            assertThat(turn).isNotNull();
        }
    }

    private static Process otherProcess(Path folder) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String path =
                System.getProperty("java.class.path")
                        + ":"
                        + System.getProperty("jdk.module.path", "");
        return new ProcessBuilder(
                        java, "-cp", path, StoreTurnTest.class.getName(), folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private final class Told implements Progress {
        @Override
        public void stage(String name) {}

        @Override
        public void bytes(long done, long total) {}

        @Override
        public void note(String line) {
            told.countDown();
        }
    }
}

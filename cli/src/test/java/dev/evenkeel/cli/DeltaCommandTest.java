// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `evenkeel delta`, on plain files and without any server.
class DeltaCommandTest {
    @TempDir Path folder;
    private Path old;
    private Path fresh;
    private Path delta;

    @BeforeEach
    void images() throws IOException {
        var bytes = new byte[300_000];
        new SplittableRandom(1).nextBytes(bytes);
        old = Files.write(folder.resolve("old.img"), bytes);
        bytes[1000]++;
        bytes[200_000]++;
        fresh = Files.write(folder.resolve("new.img"), bytes);
        delta = folder.resolve("old-new.delta");
    }

    @Test
    void what_was_made_is_applied_to_the_byte() throws IOException {
        Run made = Run.of("delta", "make", old, fresh, "-o", delta, "--json");
        assertThat(made.exitCode()).as(made.err()).isZero();
        assertThat(made.json().integer("bytes")).isEqualTo(Files.size(delta));
        assertThat(Files.size(delta)).isLessThan(1000);

        Path applied = folder.resolve("applied.img");
        Run done = Run.of("delta", "apply", old, delta, "-o", applied);
        assertThat(done.exitCode()).as(done.err()).isZero();
        assertThat(applied).hasSameBinaryContentAs(fresh);

        Run info = Run.of("delta", "info", delta, "--json");
        assertThat(info.json().text("new_sha256"))
                .isEqualTo(Digest.of(Files.readAllBytes(fresh)).toString());
        assertThat(Run.of("delta", "info", delta).out()).contains("needs", "makes", "memory");
    }

    @Test
    void the_wrong_old_image_is_told_and_leaves_nothing() throws IOException {
        Run.of("delta", "make", old, fresh, "-o", delta);
        byte[] bytes = Files.readAllBytes(old);
        bytes[150_000]++;
        Path other = Files.write(folder.resolve("other.img"), bytes);
        Path applied = folder.resolve("applied.img");
        Run refused = Run.of("delta", "apply", other, delta, "-o", applied);
        assertThat(refused.exitCode()).isEqualTo(Faults.REFUSED);
        assertThat(refused.err()).contains("take another way");
        assertThat(folder).isDirectoryNotContaining("glob:**applied*");
    }

    @Test
    void a_damaged_delta_is_told_and_leaves_nothing() throws IOException {
        Run.of("delta", "make", old, fresh, "-o", delta);
        byte[] bytes = Files.readAllBytes(delta);
        bytes[bytes.length - 3]++;
        Files.write(delta, bytes);
        Run refused = Run.of("delta", "apply", old, delta, "-o", folder.resolve("applied.img"));
        assertThat(refused.exitCode()).isEqualTo(Faults.REFUSED);
        assertThat(refused.err()).contains("frame 0").contains("fetch it again");
        assertThat(folder).isDirectoryNotContaining("glob:**applied*");
    }

    @Test
    void a_size_that_is_none_is_told() {
        Run refused = Run.of("delta", "make", old, fresh, "-o", delta, "--memory", "much");
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.err()).contains("64M");
        Run small = Run.of("delta", "make", old, fresh, "-o", delta, "--memory", "1M");
        assertThat(small.exitCode()).isNotZero();
        assertThat(small.err()).contains("at least");
    }
}

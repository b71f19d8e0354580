// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the commands say and end with; what they do is held by the tests of module `content`.
class ContentCommandTest {
    @TempDir Path folder;
    private Path repository = Path.of("");

    @BeforeEach
    void makeRepository() throws IOException {
        repository = folder.resolve("data/repository");
        for (String name : new String[] {"packs", "indexes", "locations", "targets"}) {
            Files.createDirectories(repository.resolve(name));
        }
    }

    @Test
    void a_whole_repository_is_told_to_be_whole() {
        Run run = Run.of("content", "check", repository.toString());

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("nothing is broken");
    }

    @Test
    void an_altered_pack_ends_the_check_with_1_and_is_named() throws IOException {
        String name = "packs/" + "ab".repeat(32);
        Files.writeString(repository.resolve(name), "junk");

        Run run = Run.of("content", "check", "--data", folder.resolve("data").toString(), "--json");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.json().array("problems").texts())
                .singleElement()
                .asString()
                .startsWith(name + ": was altered");
    }

    @Test
    void without_delete_nothing_is_removed() throws IOException {
        Path unused = repository.resolve("packs/" + "cd".repeat(32));
        Files.writeString(unused, "unused");

        Run dry = Run.of("content", "gc", repository.toString(), "--grace-hours", "0", "--json");

        assertThat(dry.exitCode()).isZero();
        assertThat(dry.json().flag("removed")).isFalse();
        assertThat(dry.json().integer("freed_bytes")).isEqualTo(6);
        assertThat(unused).exists();

        Run wet = Run.of("content", "gc", repository.toString(), "--grace-hours", "0", "--delete");

        assertThat(wet.exitCode()).isZero();
        assertThat(wet.out()).contains("6 B freed");
        assertThat(unused).doesNotExist();
    }

    @Test
    void stats_are_a_table_and_json() {
        assertThat(Run.of("content", "stats", repository.toString()).out()).contains("0 packs");
        assertThat(
                        Run.of("content", "stats", repository.toString(), "--json")
                                .json()
                                .array("releases")
                                .items())
                .isEmpty();
    }

    @Test
    void a_folder_that_is_no_repository_is_refused() throws IOException {
        Run run = Run.of("content", "gc", "--delete", folder.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("is no repository");
        assertThat(folder.toFile().list()).hasSize(1);
    }
}

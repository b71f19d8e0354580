// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// `evenkeel tuf` on a repository that python-tuf 7.0.0 wrote and signed with an Ed25519, an ECDSA
/// and an RSA key for each role.
class TufCommandTest {
    private static final Path FOREIGN = Path.of("src/main/resources/dev/evenkeel/cli/tuf-training");

    @TempDir Path folder;
    private Path repository;
    private Path trusted;
    private Path downloads;
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void copy_of_the_foreign_repository() throws IOException {
        repository = Files.createDirectories(folder.resolve("repository"));
        trusted = folder.resolve("trusted");
        downloads = folder.resolve("downloads");
        try (Stream<Path> files = Files.list(FOREIGN)) {
            for (Path file : files.toList()) {
                Files.copy(file, repository.resolve(file.getFileName()));
            }
        }
        Path notes = Files.createDirectories(repository.resolve("targets/notes"));
        String hash = Digest.of(Files.readAllBytes(FOREIGN.resolve("hello.txt"))).hex();
        Files.copy(FOREIGN.resolve("hello.txt"), notes.resolve(hash + ".hello.txt"));
    }

    private int tuf(String... words) {
        CommandLine line = Main.commandLine();
        line.setErr(new PrintWriter(err, true));
        line.setOut(new PrintWriter(new StringWriter(), true));
        var arguments = new ArrayList<>(List.of("tuf", "--metadata-dir", trusted.toString()));
        arguments.addAll(List.of(words));
        return line.execute(arguments.toArray(String[]::new));
    }

    private int init() {
        return tuf("init", repository.resolve("1.root.json").toString());
    }

    private int download(String target) {
        return tuf(
                "--metadata-url",
                repository.toUri().toString(),
                "--target-base-url",
                repository.resolve("targets").toUri().toString(),
                "--target-dir",
                downloads.toString(),
                "--target-name",
                target,
                "download");
    }

    @Test
    void reads_a_foreign_repository_with_every_key_type_of_the_specification() throws IOException {
        assertThat(init()).isZero();
        assertThat(download("notes/hello.txt")).as(err.toString()).isZero();
        assertThat(downloads.resolve("notes%2Fhello.txt")).hasContent("a target of the training\n");
        for (String role : List.of("timestamp", "1.snapshot", "1.targets", "1.bins", "2.root")) {
            String held = role.substring(role.indexOf('.') + 1) + ".json";
            assertThat(trusted.resolve(held))
                    .as("byte for byte")
                    .hasSameBinaryContentAs(repository.resolve(role + ".json"));
        }
    }

    @Test
    void what_is_there_and_right_is_not_fetched_again_and_what_is_wrong_is() throws IOException {
        init();
        assertThat(download("notes/hello.txt")).isZero();
        Path served = repository.resolve("targets");
        Path hidden = folder.resolve("hidden");
        Files.move(served, hidden);
        assertThat(download("notes/hello.txt")).as("from the folder").isZero();
        Files.writeString(downloads.resolve("notes%2Fhello.txt"), "a target of the trainers\n");
        assertThat(download("notes/hello.txt")).isEqualTo(1);
        Files.move(hidden, served);
        assertThat(download("notes/hello.txt")).isZero();
    }

    @Test
    void wrong_software_is_named_and_leaves_nothing() throws IOException {
        init();
        try (Stream<Path> files = Files.list(repository.resolve("targets/notes"))) {
            for (Path file : files.toList()) Files.writeString(file, "something else, longer ..\n");
        }
        assertThat(download("notes/hello.txt")).isEqualTo(1);
        assertThat(err.toString()).contains("wrong software attack");
        try (Stream<Path> files = Files.list(downloads)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void metadata_that_were_changed_on_the_way_are_named_and_not_stored() throws IOException {
        init();
        assertThat(download("notes/hello.txt")).isZero();
        String timestamp = Files.readString(trusted.resolve("timestamp.json"));
        Files.writeString(
                repository.resolve("timestamp.json"),
                timestamp.replace("\"version\":1", "\"version\":2"),
                UTF_8);
        assertThat(download("notes/hello.txt")).isEqualTo(1);
        assertThat(err.toString()).contains("arbitrary installation attack");
        assertThat(trusted.resolve("timestamp.json")).hasContent(timestamp);
    }

    @Test
    void a_root_is_not_replaced_and_a_missing_option_is_wrong_usage() {
        assertThat(init()).isZero();
        assertThat(init()).as("the same once more").isZero();
        assertThat(tuf("init", repository.resolve("2.root.json").toString())).isEqualTo(1);
        assertThat(tuf("refresh")).isEqualTo(2);
        assertThat(tuf()).isEqualTo(2);
        assertThat(Main.run("tuf", "--help")).isZero();
    }

    @Test
    void slow_retrieval_is_cut_off_and_a_slow_link_is_not() throws IOException {
        // each piece takes a second of the stopwatch
        for (int piece : new int[] {100, 4000}) {
            var seconds = new AtomicLong();
            var body = new ByteArrayInputStream(new byte[60 * piece]);
            var in = new TufRepository.Hurried(body, "x", () -> seconds.get() * 1_000_000_000L);
            byte[] into = new byte[piece];
            ThrowingCallable readAll =
                    () -> {
                        while (in.read(into) >= 0) seconds.incrementAndGet();
                    };
            if (piece == 100) {
                assertThatThrownBy(readAll).hasMessageContaining("slow retrieval attack");
                assertThat(seconds.get()).isEqualTo(31);
            } else {
                assertThatCode(readAll).doesNotThrowAnyException();
            }
        }
    }
}

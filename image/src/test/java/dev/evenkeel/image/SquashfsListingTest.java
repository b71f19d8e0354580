// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.image.blueprint.Blueprint;
import dev.evenkeel.image.lock.AgentBundle;
import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.lock.Locker;
import dev.evenkeel.image.lock.Store;
import dev.evenkeel.image.process.Progress;
import dev.evenkeel.image.tool.ToolRoot;
import dev.evenkeel.image.tool.WorkFolder;
import dev.evenkeel.image.tree.Content;
import dev.evenkeel.image.tree.Node;
import dev.evenkeel.image.tree.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Small filesystems made by the real tools: what differs is told, and every kind of filesystem is
/// the same twice.
@Tag("real")
class SquashfsListingTest {
    private static final Instant TIME = Instant.parse("2026-09-12T00:00:00Z");

    @TempDir private static Path folder;
    private static Store store;
    private static Lock lock;
    private static ToolRoot tools;
    private static int made;

    @BeforeAll
    static void openTools() throws IOException {
        store = Store.standard();
        lock =
                new Locker(store, AgentBundle.NONE, Progress.SILENT)
                        .lock(blueprint(""), Optional.empty());
        tools = ToolRoot.tools(lock, store, Progress.SILENT);
    }

    @Test
    void the_same_tree_has_no_difference() throws IOException {
        assertThat(difference(_ -> {})).isEmpty();
    }

    @Test
    void a_time_is_told_as_a_time() throws IOException {
        assertThat(difference(tree -> tree.put("etc/b", file("b", 0644, 0, TIME.plusSeconds(1)))))
                .hasValueSatisfying(found -> assertThat(found.path()).isEqualTo("/etc/b"))
                .hasValueSatisfying(found -> assertThat(found.reason()).startsWith("time: "));
    }

    @Test
    void an_owner_is_told_as_an_owner_and_a_mode_as_a_umask() throws IOException {
        assertThat(difference(tree -> tree.put("etc/a", file("a", 0644, 1000, TIME))))
                .hasValueSatisfying(
                        found -> assertThat(found.reason()).startsWith("owner: 0:0 or 1000:0"));
        assertThat(difference(tree -> tree.put("etc/a", file("a", 0600, 0, TIME))))
                .hasValueSatisfying(found ->
                        assertThat(found.reason())
                                .startsWith("mode: 644 or 600; probably a umask"));
    }

    @Test
    void content_is_told_with_the_byte_where_it_starts() throws IOException {
        assertThat(difference(tree -> tree.put("etc/with space", file("sbme", 0644, 0, TIME))))
                .hasValueSatisfying(
                        found -> assertThat(found.reason()).startsWith("content, from byte 1 on"));
    }

    @Test
    void a_file_too_many_is_told() throws IOException {
        assertThat(difference(tree -> tree.put("etc/aa", file("", 0644, 0, TIME))))
                .hasValueSatisfying(
                        found -> assertThat(found.reason()).contains("/etc/aa").contains("order"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "type = \"squashfs\"\ncompression = \"xz\"",
                "type = \"squashfs\"\ncompression = \"lz4\"",
                "type = \"squashfs\"\ncompression = \"gzip\"\nfragments = false",
                "type = \"erofs\"\ncompression = \"zstd\"\nblock = \"64K\"",
                "type = \"erofs\"\ncompression = \"lz4hc\"\nblock = \"64K\"\nlevel = 9",
                "type = \"erofs\"\ncompression = \"none\""
            })
    void every_filesystem_is_made_and_is_the_same_twice(String filesystem) throws IOException {
        Blueprint blueprint = blueprint("[filesystem]\n" + filesystem + "\n");
        Path one = image(tree(_ -> {}), blueprint);
        assertThat(one).isNotEmptyFile();
        assertThat(Files.mismatch(one, image(tree(_ -> {}), blueprint))).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "lz4", "lz4hc", "none"})
    void an_erofs_gives_back_the_bytes_that_went_in(String compression) throws IOException {
        Path image =
                image(
                        tree(_ -> {}),
                        blueprint(
                                "[filesystem]\ntype = \"erofs\"\ncompression = \"%s\"\nblock = \"64K\"\n"
                                        .formatted(compression)));
        Path out = Files.createDirectory(folder.resolve("erofs" + made));
        tools.sandbox(folder)
                .child("reading the erofs", "fsck.erofs", "--extract=" + out, image.toString())
                .run();

        assertThat(out.resolve("etc/a")).hasContent("a");
        assertThat(out.resolve("etc/b")).hasContent("b");
        assertThat(out.resolve("etc/with space")).hasContent("some");
        assertThat(out.resolve("usr/large")).hasContent("many words ".repeat(50_000));
    }

    private static Optional<SquashfsListing.Found> difference(Consumer<Tree> change)
            throws IOException {
        SquashfsListing one = listing(image(tree(_ -> {}), blueprint("")));
        return one.firstDifference(listing(image(tree(change), blueprint(""))));
    }

    private static SquashfsListing listing(Path image) throws IOException {
        return SquashfsListing.read(image, Path.of(image + ".pseudo"), tools.sandbox(folder));
    }

    private static Path image(Tree tree, Blueprint blueprint) throws IOException {
        Path image = folder.resolve("fs" + made++ + ".img");
        try (WorkFolder work = WorkFolder.beside(image)) {
            Path inside = work.path("fs.img");
            SlotImage.writeFilesystem(
                    tree,
                    inside,
                    new Build(blueprint, lock, store, work, tools, TIME, Progress.SILENT));
            Files.move(inside, image);
        }
        return image;
    }

    private static Tree tree(Consumer<Tree> change) {
        var tree = new Tree(Times.FIXED);
        tree.put("etc/a", file("a", 0644, 0, TIME));
        tree.put("etc/b", file("b", 0644, 0, TIME));
        tree.put("etc/link", new Node.Link("a", 0, 0, TIME));
        tree.put("etc/with space", file("some", 0644, 0, TIME));
        tree.put("usr/large", file("many words ".repeat(50_000), 0755, 0, TIME));
        change.accept(tree);
        return tree;
    }

    private static Node.File file(String text, int mode, int user, Instant time) {
        return new Node.File(new Content.Bytes(text.getBytes(UTF_8)), mode, user, 0, time);
    }

    private static Blueprint blueprint(String more) throws IOException {
        return Blueprint.read(
                Files.writeString(
                        folder.resolve("small.toml"),
                        "name = \"small\"\nversion = \"1\"\n[device]\ntype = \"qemu-x86\"\n"
                                + more));
    }
}

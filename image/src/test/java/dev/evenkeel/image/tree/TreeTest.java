// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.tree;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeTest {
    private static final Instant TIME = Instant.ofEpochSecond(1_735_689_600);

    @TempDir private Path folder;

    @Test
    void a_file_put_through_a_link_of_a_folder_lands_behind_it() {
        var tree = new Tree(TIME);
        tree.put("usr/lib", folderNode());
        tree.put("lib", new Node.Link("usr/lib", 0, 0, TIME));
        tree.put("lib/x/y", file("1"));
        assertThat(tree.nodes().keySet())
                .containsExactly("lib", "usr", "usr/lib", "usr/lib/x", "usr/lib/x/y");
    }

    @Test
    void a_folder_comes_right_before_what_is_in_it_whatever_the_names() {
        var tree = new Tree(TIME);
        for (String path : new String[] {"a-b", "a/c", "a.d"}) tree.put(path, file(path));
        assertThat(tree.nodes().keySet()).containsExactly("a", "a/c", "a-b", "a.d");
    }

    @Test
    void links_are_followed_upwards_and_from_the_root() {
        var tree = new Tree(TIME);
        tree.put("usr/share/x", file("1"));
        tree.put("etc/up", new Node.Link("../usr/./share", 0, 0, TIME));
        tree.put("etc/deep/root", new Node.Link("/etc/up", 0, 0, TIME));
        assertThat(tree.file("etc/deep/root/x")).isPresent();
    }

    @Test
    void a_file_replaces_a_link_and_does_not_write_through_it() {
        var tree = new Tree(TIME);
        tree.put("sbin/init", new Node.Link("/usr/lib/systemd/systemd", 0, 0, TIME));
        tree.put("sbin/init", file("mine"));
        assertThat(tree.nodes().get("sbin/init")).isInstanceOf(Node.File.class);
    }

    @Test
    void removing_a_folder_takes_what_is_in_it_and_nothing_beside_it() {
        var tree = new Tree(TIME);
        for (String path : new String[] {"var/log/apt/x", "var/log/apt-y", "var/log/a"})
            tree.put(path, file(path));
        tree.remove("var/log/apt");
        assertThat(tree.nodes().keySet())
                .containsExactly("var", "var/log", "var/log/a", "var/log/apt-y");
    }

    @Test
    void comes_back_from_an_archive_as_it_was() throws IOException {
        var tree = new Tree(TIME);
        tree.put("etc", new Node.Folder(0750, 3, 4, TIME));
        tree.put("etc/" + "long".repeat(60), file("content"));
        tree.put("etc/ümläut", new Node.Link("somewhere", 0, 0, TIME));
        tree.put(
                "bin/su",
                new Node.File(new Content.Bytes(new byte[5000]), 04755, 0, 2_000_000, TIME));
        Path archive = folder.resolve("tree.tar");
        TarFormat.write(tree, archive);
        var back = new Tree(TIME);
        TarFormat.read(archive, back);
        assertThat(back.nodes().keySet()).isEqualTo(tree.nodes().keySet());
        Node.File su = back.file("bin/su").orElseThrow();
        assertThat(su.mode()).isEqualTo(04755);
        assertThat(su.group()).isEqualTo(2_000_000);
        assertThat(su.time()).isEqualTo(TIME);
        assertThat(su.content().bytes()).hasSize(5000);
        Path again = folder.resolve("again.tar");
        TarFormat.write(back, again);
        assertThat(Files.mismatch(archive, again)).isEqualTo(-1);
    }

    @Test
    void a_program_names_its_loader_and_libraries() throws IOException {
        Elf elf = Elf.read(Files.readAllBytes(Path.of("/usr/bin/env")));
        assertThat(elf.interpreter()).contains("/lib64/ld-linux-x86-64.so.2");
        assertThat(elf.needed()).contains("libc.so.6");
    }

    private static Node folderNode() {
        return new Node.Folder(0755, 0, 0, TIME);
    }

    private static Node.File file(String text) {
        return new Node.File(new Content.Bytes(text.getBytes(UTF_8)), 0644, 0, 0, TIME);
    }
}

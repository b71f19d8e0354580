// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.lock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockTest {
    @TempDir private Path folder;

    @Test
    void comes_back_from_its_file_as_it_was() {
        Lock lock = lock(curl("8.14.1-2"), jq());
        assertThat(Lock.parse(lock.toBytes())).isEqualTo(lock);
    }

    @Test
    void has_one_package_in_each_line_so_that_a_change_is_one_line() {
        String before = new String(lock(curl("8.14.1-2"), jq()).toBytes(), UTF_8);
        String after = new String(lock(curl("8.14.1-3"), jq()).toBytes(), UTF_8);
        List<String> changed =
                after.lines().filter(line -> !before.lines().toList().contains(line)).toList();
        assertThat(changed).singleElement().asString().contains("\"curl\"", "8.14.1-3");
    }

    @Test
    void the_order_in_which_packages_were_resolved_does_not_matter() {
        assertThat(lock(jq(), curl("1")).digest()).isEqualTo(lock(curl("1"), jq()).digest());
    }

    @Test
    void a_difference_names_what_came_went_and_changed() {
        LockDiff diff =
                LockDiff.between(lock(curl("1"), jq()), lock(curl("2"), package_("nano", "7")));
        assertThat(diff.of(LockDiff.Part.IMAGE))
                .extracting(LockDiff.Change::toString)
                .containsExactly("~ curl 1 -> 2", "- jq 1.7", "+ nano 7");
        assertThat(LockDiff.between(lock(jq()), lock(jq())).isEmpty()).isTrue();
    }

    @Test
    void a_broken_file_is_refused_with_its_name_and_what_to_do() throws IOException {
        Path file =
                Files.writeString(folder.resolve("packages.lock"), "{\"type\": \"evenkeel-lock\"}");
        assertThatThrownBy(() -> Lock.read(file))
                .isInstanceOf(LockFault.class)
                .hasMessageContaining("packages.lock")
                .hasMessageContaining("'format' is missing")
                .hasMessageContaining("evenkeel lock");
    }

    @Test
    void other_files_of_the_agent_need_no_network() throws IOException {
        var store = new Store(folder.resolve("store"));
        Path jar = Files.writeString(folder.resolve("agent.jar"), "jar");
        Lock lock = lock(jq()).withAgent(new AgentBundle(List.of(jar), Optional.empty()), store);
        assertThat(lock.agent())
                .singleElement()
                .satisfies(locked -> assertThat(store.verified(locked)).hasContent("jar"));
        assertThat(lock.image()).isEqualTo(lock(jq()).image());
    }

    @Test
    void a_damaged_copy_in_the_store_is_never_used() throws IOException {
        var store = new Store(folder.resolve("store"));
        LockedFile kept = store.put(Files.writeString(folder.resolve("agent.jar"), "jar"));
        Files.writeString(store.path(kept.digest()), "rat");
        assertThatThrownBy(() -> store.verified(kept))
                .isInstanceOf(LockFault.class)
                .hasMessageContaining("damaged");
    }

    private static Lock lock(LockedPackage... image) {
        var archive =
                new LockedArchive(
                        "trixie",
                        "http://deb.debian.org/debian",
                        "trixie",
                        List.of("main"),
                        Digest.of("release".getBytes(UTF_8)),
                        Instant.parse("2026-09-12T07:55:41Z"));
        return new Lock(
                "box",
                List.of("package curl"),
                List.of(archive),
                List.of(image),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty());
    }

    private static LockedPackage curl(String version) {
        return package_("curl", version);
    }

    private static LockedPackage jq() {
        return package_("jq", "1.7");
    }

    private static LockedPackage package_(String name, String version) {
        return new LockedPackage(
                name,
                version,
                "amd64",
                1000,
                Digest.of((name + version).getBytes(UTF_8)),
                "trixie",
                "pool/main/" + name + "_" + version + "_amd64.deb");
    }
}

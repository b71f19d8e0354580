// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.lock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.Digest;
import dev.evenkeel.image.blueprint.Blueprint;
import dev.evenkeel.image.process.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against the real archive: what becomes of a lock when the archive has other versions by now.
@Tag("real")
class LockerTest {
    private static final String BLUEPRINT =
            "name = \"box\"\nversion = \"1.0\"\n[device]\ntype = \"qemu-x86\"\n";
    private static final String DROPPED = "zlib1g";

    @TempDir private static Path folder;
    private static final Locker LOCKER =
            new Locker(Store.standard(), AgentBundle.NONE, Progress.SILENT);
    private static Lock today;
    private static Lock old;

    @BeforeAll
    static void lock() throws IOException {
        today = LOCKER.lock(blueprint(""), Optional.empty());
        old = withOldVersion(today);
    }

    @Test
    void what_is_locked_needs_no_archive_while_the_store_has_it() throws IOException {
        assertThat(LOCKER.lock(blueprint(""), Optional.of(today))).isEqualTo(today);
    }

    @Test
    void a_version_that_archive_and_store_lack_is_told_and_not_replaced() {
        assertThatThrownBy(() -> LOCKER.lock(blueprint(""), Optional.of(old)))
                .isInstanceOf(LockFault.class)
                .hasMessageContaining(DROPPED)
                .hasMessageContaining("no longer has it")
                .hasMessageContaining("--update");
    }

    @Test
    void one_more_package_moves_no_version_that_the_archive_dropped() {
        assertThatThrownBy(() -> LOCKER.lock(more(), Optional.of(old)))
                .isInstanceOf(LockFault.class)
                .hasMessageContaining(DROPPED + " 1:1.2-1 -> 1:1.3")
                .hasMessageContaining("--update-package");
    }

    @Test
    void a_package_that_may_be_newer_is_the_only_one_that_is() throws IOException {
        Lock newer = LOCKER.lock(more(), Optional.of(old), Set.of(DROPPED));
        assertThat(LockDiff.between(old, newer).of(LockDiff.Part.IMAGE))
                .extracting(LockDiff.Change::name)
                .contains(DROPPED, "nano")
                .hasSize(newer.image().size() - old.image().size() + 1);
        assertThatThrownBy(() -> LOCKER.lock(more(), Optional.of(old), Set.of("zlib2g")))
                .hasMessageContaining("the lock does not name: zlib2g");
    }

    private static Blueprint more() throws IOException {
        return blueprint("[[packages]]\nname = \"nano\"\n");
    }

    private static Blueprint blueprint(String more) throws IOException {
        return Blueprint.read(Files.writeString(folder.resolve("box.toml"), BLUEPRINT + more));
    }

    private static Lock withOldVersion(Lock lock) {
        List<LockedPackage> image =
                lock.image().stream()
                        .map(p ->
                                p.name().equals(DROPPED)
                                        ? new LockedPackage(
                                                DROPPED,
                                                "1:1.2-1",
                                                "amd64",
                                                4,
                                                Digest.of("old!".getBytes(UTF_8)),
                                                p.archive(),
                                                p.path().replaceFirst("_1\\..*_", "_1.2-1_"))
                                        : p)
                        .toList();
        return new Lock(
                lock.blueprint(),
                lock.wanted(),
                lock.archives(),
                image,
                List.of(),
                List.of(),
                lock.agent(),
                lock.aotCache());
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.image.blueprint.Blueprint.Archive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against the real archive.
@Tag("real")
class AptRootTest {
    private static final Path KEYRING = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");

    @TempDir private Path folder;

    @Test
    void resolves_a_package_with_what_it_needs_and_the_signed_digest_of_each() {
        AptRoot apt = root("http://deb.debian.org/debian", KEYRING);
        apt.update();
        List<LockedPackage> set = apt.index().findAll(apt.resolve(List.of("hello"), Map.of()));
        assertThat(set)
                .extracting(LockedPackage::name)
                .contains("hello", "libc6")
                .doesNotContain("cowsay");
        assertThat(set)
                .allSatisfy(p -> assertThat(p.path()).startsWith("pool/main/").endsWith(".deb"));
        assertThat(apt.locked())
                .singleElement()
                .satisfies(a -> assertThat(a.date()).isAfter("2025-08-01T00:00:00Z"));

        assertThatThrownBy(() -> apt.resolve(List.of("no-such-package"), Map.of()))
                .isInstanceOf(LockFault.class)
                .hasMessageContaining("Unable to locate package no-such-package");
        assertThatThrownBy(() -> apt.resolve(List.of("hello=0.1"), Map.of()))
                .isInstanceOf(LockFault.class)
                .hasMessageContaining("hello");
    }

    @Test
    void refuses_an_archive_that_another_key_signs() throws IOException {
        Path keys = Files.createFile(folder.resolve("other.gpg"));
        assertThatThrownBy(() -> root("http://deb.debian.org/debian", keys).update())
                .isInstanceOf(LockFault.class)
                .hasMessageContaining("trixie");
    }

    @Test
    void says_which_archive_does_not_answer() {
        assertThatThrownBy(() -> root("http://127.0.0.1:9/debian", KEYRING).update())
                .isInstanceOf(LockFault.class)
                .hasMessageContaining("127.0.0.1");
    }

    private AptRoot root(String uri, Path keyring) {
        return new AptRoot(
                folder,
                List.of(new Archive(uri, "trixie", List.of("main"), keyring)),
                List.of("trixie"));
    }
}

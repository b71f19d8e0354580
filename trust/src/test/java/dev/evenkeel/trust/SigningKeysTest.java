// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.trust.TrustException.UnusableKey;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SigningKeysTest {
    @TempDir Path temporary;

    @Test
    void development_keys_are_made_marked_and_read_again() throws IOException {
        Path folder = temporary.resolve("new/keys");
        SigningKeys made = SigningKeys.createDevelopment(folder);
        assertThat(made.isDevelopment()).isTrue();
        assertThat(made.roles())
                .containsExactly(
                        "channel-dev",
                        "channel-prod",
                        "channel-test",
                        "courier",
                        "deltas",
                        "root",
                        "snapshot",
                        "targets",
                        "timestamp");
        SigningKeys opened = SigningKeys.open(folder);
        for (String role : made.roles()) {
            assertThat(opened.signer(role).keyId()).isEqualTo(made.signer(role).keyId());
        }
    }

    @Test
    void without_the_mark_keys_are_not_development_keys() throws IOException {
        Path folder = temporary.resolve("keys");
        SigningKeys.createDevelopment(folder);
        Files.delete(folder.resolve("DEVELOPMENT"));
        assertThat(SigningKeys.open(folder).isDevelopment()).isFalse();
    }

    @Test
    void only_the_owner_may_read_folder_and_keys() throws IOException {
        Path folder = temporary.resolve("keys");
        SigningKeys.createDevelopment(folder);
        assertThat(permissions(folder)).isEqualTo("rwx------");
        try (var files = Files.list(folder)) {
            assertThat(files).allMatch(file -> permissions(file).equals("rw-------"));
        }
    }

    @Test
    void keys_that_others_may_read_are_refused_by_name() throws IOException {
        Path folder = temporary.resolve("keys");
        SigningKeys.createDevelopment(folder);
        Path key = folder.resolve("targets.pk8");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> SigningKeys.open(folder))
                .isInstanceOf(UnusableKey.class)
                .hasMessageContaining("targets.pk8")
                .hasMessageContaining("chmod");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThatThrownBy(() -> SigningKeys.open(folder)).isInstanceOf(UnusableKey.class);
    }

    @Test
    void existing_keys_are_never_overwritten() throws IOException {
        Path folder = temporary.resolve("keys");
        SigningKeys first = SigningKeys.createDevelopment(folder);
        assertThatThrownBy(() -> SigningKeys.createDevelopment(folder))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(SigningKeys.open(folder).signer("root").keyId())
                .isEqualTo(first.signer("root").keyId());
    }

    @Test
    void killed_at_any_step_the_folder_is_complete_or_absent() throws IOException {
        var keys = java.util.Map.of("root", PrivateKey.generate().toPkcs8());
        int steps = 0;
        for (boolean killed = true; killed; steps++) {
            Path folder = temporary.resolve("keys-" + steps);
            try {
                SigningKeys.create(folder, keys, new DyingSteps(steps));
                killed = false;
            } catch (DyingSteps.Killed _) {
                if (!Files.exists(folder)) SigningKeys.createDevelopment(folder);
            }
            assertThat(folder.resolve("root.pk8")).exists();
            assertThat(folder.resolve("DEVELOPMENT")).exists();
        }
        assertThat(steps).isGreaterThan(5);
    }

    @Test
    void an_absent_or_damaged_key_is_named_with_what_to_do() throws IOException {
        Path folder = temporary.resolve("keys");
        SigningKeys.createDevelopment(folder);
        Files.delete(folder.resolve("root.pk8"));
        SigningKeys withoutRoot = SigningKeys.open(folder);
        assertThat(withoutRoot.has("root")).isFalse();
        assertThatThrownBy(() -> withoutRoot.signer("root"))
                .isInstanceOf(UnusableKey.class)
                .hasMessageContaining("root.pk8: it does not exist");
        Files.write(folder.resolve("targets.pk8"), "broken".getBytes(UTF_8));
        assertThatThrownBy(() -> SigningKeys.open(folder))
                .isInstanceOf(UnusableKey.class)
                .hasMessageContaining("found 6 bytes of another kind");
    }

    private static String permissions(Path path) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.MalformedInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFileTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/keys");
    private static final char[] PASSPHRASE = "harbour crane tide rope".toCharArray();

    @ParameterizedTest
    @EnumSource(
            value = KeyType.class,
            names = {"ED25519", "ECDSA", "HYBRID"})
    void a_key_comes_back_with_its_passphrase_only(KeyType type) {
        PrivateKey key = PrivateKey.generate(type);
        byte[] file = KeyFile.encrypt("alice", key, PASSPHRASE, 1_000).toBytes();
        KeyFile read = KeyFile.read(file);
        assertThat(read.holder()).isEqualTo("alice");
        assertThat(read.publicKey()).isEqualTo(key.publicKey());
        assertThat(read.open(PASSPHRASE).toPkcs8()).isEqualTo(key.toPkcs8());
        assertThatThrownBy(() -> read.open("harbour crane tide rop".toCharArray()))
                .isInstanceOf(MalformedInput.class)
                .hasMessageContaining("the passphrase does not open the key of alice");
    }

    // one in 256 decrypts to something with a valid padding
    @Test
    void every_wrong_passphrase_is_called_wrong() {
        KeyFile file = KeyFile.encrypt("alice", TestKeys.named("a"), PASSPHRASE, 1);
        for (int i = 0; i < 1_500; i++) {
            char[] wrong = ("wrong " + i).toCharArray();
            assertThatThrownBy(() -> file.open(wrong))
                    .isInstanceOf(MalformedInput.class)
                    .hasMessageContaining("the passphrase does not open the key of alice");
        }
    }

    @Test
    void many_iterations_stand_between_a_stolen_file_and_its_key() {
        KeyFile file = KeyFile.encrypt("alice", TestKeys.named("a"), PASSPHRASE);
        // PBKDF2's iteration count in DER: INTEGER of 3 bytes
        assertThat(file.encrypted()).asHexString().contains("02030927C0");
        assertThat(file.open(PASSPHRASE).publicKey()).isEqualTo(file.publicKey());
    }

    @Test
    void neither_file_nor_words_show_the_private_key() {
        PrivateKey key = TestKeys.named("a");
        KeyFile file = KeyFile.encrypt("alice", key, PASSPHRASE, 1_000);
        assertThat(new String(file.toBytes(), UTF_8)).doesNotContain("BEGIN PRIVATE KEY");
        assertThat(file).hasToString("key file of alice (" + key.publicKey() + ")");
    }

    // openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -iter 2048
    @ParameterizedTest
    @ValueSource(strings = {"ed25519.openssl.key", "ecdsa.openssl.key"})
    void opens_what_openssl_encrypted(String name) throws IOException {
        KeyFile file = KeyFile.read(Files.readAllBytes(GOLDEN.resolve(name)));
        PrivateKey key = file.open(PASSPHRASE);
        assertThat(file.publicKey().verifies(new byte[9], key.sign(new byte[9]))).isTrue();
    }

    @Test
    void a_key_beside_the_public_key_of_another_is_refused() {
        KeyFile mine = KeyFile.encrypt("alice", TestKeys.named("a"), PASSPHRASE, 1_000);
        var mixed = new KeyFile("alice", TestKeys.named("b").publicKey(), mine.encrypted());
        assertThatThrownBy(() -> mixed.open(PASSPHRASE))
                .isInstanceOf(MalformedInput.class)
                .hasMessageContaining("shows another public key than it holds");
    }

    @Test
    void a_short_passphrase_and_a_damaged_file_are_refused() {
        assertThatThrownBy(
                        () -> KeyFile.encrypt("alice", TestKeys.named("a"), "secret".toCharArray()))
                .isInstanceOf(MalformedInput.class)
                .hasMessageContaining("at least 12");
        byte[] file = KeyFile.encrypt("a", TestKeys.named("a"), PASSPHRASE, 1_000).toBytes();
        String text = new String(file, UTF_8);
        for (String wrong :
                new String[] {
                    "",
                    text.substring(0, text.length() - 40),
                    text.replace("ENCRYPTED ", ""),
                    text.substring(20)
                }) {
            assertThatThrownBy(() -> KeyFile.read(wrong.getBytes(UTF_8)))
                    .isInstanceOf(MalformedInput.class);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.trust.PrivateKey;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A proof may compute a signature once only as long as nobody can tell.
class RememberedSignaturesTest {
    private static final byte[] MESSAGE = "boot report 1".getBytes(UTF_8);

    @BeforeEach
    void installed() {
        RememberedSignatures.install();
        assertThat(java.security.Security.getProviders()[0].getName()).isEqualTo("EvenkeelProver");
    }

    @Test
    void signs_as_the_jdk_does_also_when_asked_again() throws Exception {
        PrivateKey key = PrivateKey.generate();
        Signature jdk = Signature.getInstance("Ed25519", "SunEC");
        jdk.initSign(
                KeyFactory.getInstance("Ed25519")
                        .generatePrivate(new PKCS8EncodedKeySpec(key.toPkcs8())));
        jdk.update(MESSAGE);
        byte[] expected = jdk.sign();
        assertThat(key.sign(MESSAGE)).isEqualTo(expected);
        byte[] again = key.sign(MESSAGE);
        assertThat(again).isEqualTo(expected);
        again[0] ^= 1;
        assertThat(key.sign(MESSAGE)).as("an answer is the asker's").isEqualTo(expected);
    }

    @Test
    void a_changed_message_signature_or_key_is_another_question() {
        PrivateKey key = PrivateKey.generate();
        byte[] signature = key.sign(MESSAGE);
        for (int asked = 0; asked < 2; asked++) {
            assertThat(key.publicKey().verifies(MESSAGE, signature)).isTrue();
            assertThat(key.publicKey().verifies(changed(MESSAGE), signature)).isFalse();
            assertThat(key.publicKey().verifies(MESSAGE, changed(signature))).isFalse();
            assertThat(PrivateKey.generate().publicKey().verifies(MESSAGE, signature)).isFalse();
        }
    }

    @Test
    void keys_are_made_by_chance_and_in_a_power_on_by_its_chance() {
        assertThat(PrivateKey.generate().toPkcs8()).isNotEqualTo(PrivateKey.generate().toPkcs8());
        assertThat(keyOf((byte) 1)).isEqualTo(keyOf((byte) 1)).isNotEqualTo(keyOf((byte) 2));
    }

    private static byte[] keyOf(byte chance) {
        return ScopedValue.where(
                        RememberedSignatures.CHANCE, bytes -> java.util.Arrays.fill(bytes, chance))
                .call(() -> PrivateKey.generate().toPkcs8());
    }

    private static byte[] changed(byte[] bytes) {
        byte[] other = bytes.clone();
        other[other.length / 2] ^= 1;
        return other;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicKeyTest {
    private final PrivateKey key = TestKeys.named("a");

    // The example root.json of the TUF specification
    @ParameterizedTest
    @CsvSource({
        "72378e5bc588793e58f81c8533da64a2e8f1565c1fcc7f253496394ffc52542c,"
                + "1bf1c6e3cdd3d3a8420b19199e27511999850f4b376c4547b2f32fba7e80fca3",
        "68ead6e54a43f8f36f9717b10669d1ef0ebb38cee6b05317669341309f1069cb,"
                + "135c2f50e57ff11e744d234a62cebad8c38daf399604a7655661cc9199c69164",
        "66dd78c5c2a78abc6fc6b267ff1a8017ba0e8bfc853dd97af351949bba021275,"
                + "cb3fbd83df4ba2471a736b065650878280964a98843ec13b457a99b2a21cc3b4",
        "01c61f8dc7d77fcef973f4267927541e355e8ceda757e2c402818dad850f856e,"
                + "66676daa73bdfb4804b56070c8927ae491e2a6c2314f05b854dea94de8ff6bfc"
    })
    void key_ids_are_those_of_the_specifications_example(String material, String id) {
        assertThat(PublicKey.ofEd25519(HexFormat.of().parseHex(material)).id()).isEqualTo(id);
    }

    // Keys of securesystemslib's first years carry one member more, and it counts
    @ParameterizedTest
    @CsvSource({
        "edcd0a32a07dce33f7c7873aaffbff36d20ea30787574ead335eefd337e4dacd,"
                + "59a4df8af818e9ed7abe0764c0b47b4240952aa0d179b5b78346c470ac30278d",
        "89f28bd4ede5ec3786ab923fd154f39588d20881903e69c7b08fb504c6750815,"
                + "65171251a9aff5a8b3143a813481cb07f6e0de4eb197c767837fe4491b739093"
    })
    void key_ids_are_those_of_securesystemslib(String material, String id) {
        JsonObject json =
                PublicKey.ofEd25519(HexFormat.of().parseHex(material))
                        .toTufJson()
                        .with(
                                "keyid_hash_algorithms",
                                JsonArray.ofTexts(List.of("sha256", "sha512")));
        assertThat(PublicKey.idOf(json)).isEqualTo(id);
    }

    // RFC 8032, 7.1, tests 1 and 2
    @ParameterizedTest
    @CsvSource({
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,"
                + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a,'',"
                + "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc"
                + "61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,"
                + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c,72,"
                + "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e4"
                + "58f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    })
    void signs_as_rfc_8032_says(String seed, String material, String message, String signature) {
        PrivateKey known = PrivateKey.fromSeed(HexFormat.of().parseHex(seed));
        byte[] bytes = HexFormat.of().parseHex(message);
        assertThat(((Ed25519Key) known.publicKey()).raw())
                .asHexString()
                .isEqualToIgnoringCase(material);
        assertThat(known.sign(bytes)).asHexString().isEqualToIgnoringCase(signature);
        assertThat(known.publicKey().verifies(bytes, known.sign(bytes))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 32, 63, 65, 128})
    void a_signature_of_another_length_is_none(int length) {
        byte[] message = "to be signed".getBytes(UTF_8);
        byte[] signature = key.sign(message);
        assertThat(key.publicKey().verifies(message, signature)).isTrue();
        assertThat(key.publicKey().verifies(message, Arrays.copyOf(signature, length))).isFalse();
    }

    @Test
    void a_signature_with_any_flipped_bit_is_none() {
        byte[] message = "to be signed".getBytes(UTF_8);
        byte[] signature = key.sign(message);
        for (int bit = 0; bit < 8 * signature.length; bit++) {
            byte[] flipped = signature.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(key.publicKey().verifies(message, flipped)).as("bit " + bit).isFalse();
        }
    }

    @Test
    void thirty_two_bytes_that_are_no_key_verify_nothing() {
        var material = new byte[32];
        Arrays.fill(material, (byte) 0xff);
        assertThat(PublicKey.ofEd25519(material).verifies(new byte[0], new byte[64])).isFalse();
    }

    @Test
    void goes_through_spki_and_back_and_refuses_everything_else() {
        byte[] spki = key.publicKey().toSpki();
        assertThat(PublicKey.fromSpki(spki)).isEqualTo(key.publicKey());
        byte[] ofX25519 = spki.clone();
        ofX25519[8] = 0x6e;
        for (byte[] wrong :
                List.of(ofX25519, Arrays.copyOf(spki, 43), Arrays.copyOf(spki, 45), new byte[0])) {
            assertThatThrownBy(() -> PublicKey.fromSpki(wrong)).isInstanceOf(MalformedInput.class);
        }
        assertThatThrownBy(() -> PublicKey.ofEd25519(new byte[31]))
                .isInstanceOf(MalformedInput.class);
    }

    @Test
    void a_key_object_with_a_second_spelling_of_the_same_key_is_refused() {
        JsonObject json = key.publicKey().toTufJson();
        String upper = json.object("keyval").text("public").toUpperCase(java.util.Locale.ROOT);
        JsonObject twin = json.with("keyval", JsonObject.of("public", upper));
        assertThat(PublicKey.fromTufJson(json, KeyRules.OWN)).contains(key.publicKey());
        assertThatThrownBy(() -> PublicKey.fromTufJson(twin, KeyRules.OWN))
                .isInstanceOf(MalformedInput.class);
    }

    @Test
    void a_private_key_goes_through_pkcs8_and_never_prints_itself() {
        PrivateKey fresh = PrivateKey.generate();
        PrivateKey read = PrivateKey.fromPkcs8(fresh.toPkcs8());
        assertThat(read.publicKey()).isEqualTo(fresh.publicKey());
        assertThat(fresh.publicKey().verifies(new byte[] {1}, read.sign(new byte[] {1}))).isTrue();
        assertThat(fresh).hasToString("private key of " + fresh.publicKey());
        assertThatThrownBy(() -> PrivateKey.fromPkcs8(new byte[48]))
                .isInstanceOf(MalformedInput.class);
        assertThat(PrivateKey.generate().publicKey()).isNotEqualTo(fresh.publicKey());
    }
}

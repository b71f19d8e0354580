// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.trust.SignedFile.RoleSignature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Keys, key ids and signatures of each type against golden files that OpenSSL made.
class KeyTypesTest {
    private static final Path FOLDER = Path.of("src/test/resources/golden/keys");

    /// What a golden file holds.
    private record Golden(JsonObject json) {
        byte[] bytes(String member) {
            return HexFormat.of().parseHex(json.text(member));
        }

        PublicKey key() {
            return PublicKey.fromTufJson(json.object("key"), KeyRules.OWN).orElseThrow();
        }

        PrivateKey secret() {
            return PrivateKey.fromPkcs8(bytes("pkcs8"));
        }
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void accepts_the_golden_signature_by_openssl(KeyType type) throws IOException {
        Golden golden = golden(type);
        assertThat(golden.key().type()).isEqualTo(type);
        assertThat(golden.key().verifies(golden.bytes("message"), golden.bytes("sig"))).isTrue();
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void reads_and_writes_the_golden_keys_to_the_byte(KeyType type) throws IOException {
        Golden golden = golden(type);
        assertThat(golden.key().toTufJson().toSignedBytes())
                .isEqualTo(golden.json().object("key").toSignedBytes());
        assertThat(golden.key().id()).isEqualTo(golden.json().text("keyid"));
        assertThat(golden.key().toSpki()).isEqualTo(golden.bytes("spki"));
        assertThat(PublicKey.fromSpki(golden.bytes("spki"))).isEqualTo(golden.key());
        assertThat(golden.secret().publicKey()).isEqualTo(golden.key());
        assertThat(golden.secret().toPkcs8()).isEqualTo(golden.bytes("pkcs8"));
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void a_new_key_signs_and_is_read_again(KeyType type) throws IOException {
        // the primes of a new RSA key take seconds; reading and signing are the same for an old one
        PrivateKey made = type == KeyType.RSA ? golden(type).secret() : PrivateKey.generate(type);
        PrivateKey read = PrivateKey.fromPkcs8(made.toPkcs8());
        byte[] message = {1, 2, 3};
        assertThat(made.publicKey().verifies(message, read.sign(message))).isTrue();
        assertThat(made.publicKey().verifies(new byte[3], read.sign(message))).isFalse();
        assertThat(read).hasToString("private key of " + made.publicKey());
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void a_signature_that_is_too_short_or_too_long_is_none(KeyType type) throws IOException {
        Golden golden = golden(type);
        byte[] signature = golden.bytes("sig");
        for (int length : List.of(0, 1, signature.length - 1, signature.length + 1, 65536)) {
            assertThat(
                            golden.key()
                                    .verifies(
                                            golden.bytes("message"),
                                            Arrays.copyOf(signature, length)))
                    .as(type + " of " + length + " bytes")
                    .isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void a_signature_with_a_flipped_bit_is_none(KeyType type) throws IOException {
        Golden golden = golden(type);
        byte[] signature = golden.bytes("sig");
        int step = type == KeyType.HYBRID ? 251 : 7;
        for (int bit = 0; bit < 8 * signature.length; bit += step) {
            byte[] flipped = signature.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(golden.key().verifies(golden.bytes("message"), flipped))
                    .as(type + ", bit " + bit)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void another_spelling_of_a_key_is_refused(KeyType type) throws IOException {
        Golden golden = golden(type);
        JsonObject key = golden.json().object("key");
        String text = key.object("keyval").text("public");
        for (String other :
                List.of(
                        text.replace("a", "A").replace("LINES", "lines") + " x",
                        text.substring(0, text.length() - 8),
                        text + text,
                        "")) {
            JsonObject twin = key.with("keyval", JsonObject.of("public", other));
            assertThatThrownBy(() -> PublicKey.fromTufJson(twin, KeyRules.OWN))
                    .isInstanceOf(MalformedInput.class);
        }
        byte[] spki = golden.bytes("spki");
        for (byte[] wrong :
                List.of(
                        Arrays.copyOf(spki, spki.length - 1),
                        Arrays.copyOf(spki, spki.length + 1),
                        new byte[spki.length])) {
            assertThatThrownBy(() -> PublicKey.fromSpki(wrong)).isInstanceOf(MalformedInput.class);
        }
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void a_known_key_with_a_scheme_of_later_times_is_not_counted(KeyType type) throws IOException {
        JsonObject later = golden(type).json().object("key").with("scheme", "later");
        assertThat(PublicKey.fromTufJson(later, KeyRules.OWN)).isEmpty();
    }

    @Test
    void a_hybrid_signature_needs_both_halves() throws IOException {
        Golden golden = golden(KeyType.HYBRID);
        byte[] good = golden.bytes("sig");
        byte[] other = golden.secret().sign("another message".getBytes(UTF_8));
        byte[] firstHalfWrong = other.clone();
        System.arraycopy(good, 64, firstHalfWrong, 64, good.length - 64);
        byte[] secondHalfWrong = other.clone();
        System.arraycopy(good, 0, secondHalfWrong, 0, 64);
        assertThat(golden.key().verifies(golden.bytes("message"), firstHalfWrong)).isFalse();
        assertThat(golden.key().verifies(golden.bytes("message"), secondHalfWrong)).isFalse();
    }

    @Test
    void half_a_hybrid_signature_is_not_a_signature_of_its_ed25519_key() throws IOException {
        Golden golden = golden(KeyType.HYBRID);
        byte[] raw = ((HybridKey) golden.key()).raw();
        PublicKey half = PublicKey.ofEd25519(Arrays.copyOf(raw, 32));
        assertThat(half.verifies(golden.bytes("message"), Arrays.copyOf(golden.bytes("sig"), 64)))
                .isFalse();
    }

    @Test
    void key_compromise_below_threshold_hybrid_keys_with_a_common_half_are_one_signer() {
        byte[] common = TestSeeds.named("common");
        PrivateKey alone = PrivateKey.fromSeed(common);
        PrivateKey first = HybridSecret.fromSeeds(common, TestSeeds.named("first"));
        PrivateKey second = HybridSecret.fromSeeds(common, TestSeeds.named("second"));
        PrivateKey stranger = HybridSecret.fromSeeds(TestSeeds.named("s"), TestSeeds.named("t"));
        byte[] message = {7};
        var role =
                RoleKeys.of(
                        2,
                        List.of(
                                alone.publicKey(),
                                first.publicKey(),
                                second.publicKey(),
                                stranger.publicKey()));
        assertThat(role.signers(message, signatures(message, alone, first, second)))
                .containsExactly(alone.publicKey());
        assertThat(role.signers(message, signatures(message, first, second, stranger)))
                .containsExactly(first.publicKey(), stranger.publicKey());
    }

    @Test
    void arbitrary_installation_ecdsa_signatures_in_loose_ber_are_none() throws IOException {
        Golden golden = golden(KeyType.ECDSA);
        byte[] der = golden.bytes("sig");
        byte[] r = Arrays.copyOfRange(der, 4, 4 + der[3]);
        byte[] s = Arrays.copyOfRange(der, 6 + der[3], der.length);
        byte[] padded = HybridKey.joined(new byte[1], r);
        byte[] nothing = new byte[1];
        assertThat(golden.key().verifies(golden.bytes("message"), sequence(r, s))).isTrue();
        for (byte[] loose :
                List.of(
                        sequence(padded, s),
                        sequence(r, HybridKey.joined(new byte[1], s)),
                        sequence(nothing, s),
                        sequence(r, nothing),
                        sequence(nothing, nothing),
                        sequence(new byte[0], s),
                        sequence(r, new byte[] {(byte) 0xff}),
                        longForm(der),
                        new byte[] {0x30, 0, 0, 0, 0, 0, 0, 0})) {
            assertThat(golden.key().verifies(golden.bytes("message"), loose))
                    .as(HexFormat.of().formatHex(loose))
                    .isFalse();
        }
    }

    @Test
    void wrong_software_installation_a_point_of_another_curve_is_no_key() throws IOException {
        byte[] spki = golden(KeyType.ECDSA).bytes("spki");
        spki[spki.length - 1] ^= 1;
        assertThatThrownBy(() -> PublicKey.fromSpki(spki))
                .isInstanceOf(MalformedInput.class)
                .hasMessageContaining("no point of the curve");
        assertThatThrownBy(() -> new EcdsaKey(new byte[64])).isInstanceOf(MalformedInput.class);
    }

    @Test
    void a_short_rsa_key_is_read_in_a_foreign_repository_only() throws IOException {
        String pem = Files.readString(FOLDER.resolve("rsa2048.pem"));
        JsonObject key =
                golden(KeyType.RSA)
                        .json()
                        .object("key")
                        .with("keyval", JsonObject.of("public", pem));
        assertThat(PublicKey.fromTufJson(key, KeyRules.FOREIGN)).isPresent();
        assertThatThrownBy(() -> PublicKey.fromTufJson(key, KeyRules.OWN))
                .isInstanceOf(MalformedInput.class)
                .hasMessageContaining("at least 3072 bits, found one of 2048");
    }

    @Test
    void a_private_key_beside_the_public_key_of_another_is_refused() throws IOException {
        byte[] mine = golden(KeyType.ECDSA).bytes("pkcs8");
        byte[] theirs = PrivateKey.generate(KeyType.ECDSA).toPkcs8();
        byte[] mixed = theirs.clone();
        System.arraycopy(mine, 36, mixed, 36, 32);
        assertThatThrownBy(() -> PrivateKey.fromPkcs8(mixed)).isInstanceOf(MalformedInput.class);
        Arrays.fill(mixed, 36, 68, (byte) 0);
        assertThatThrownBy(() -> PrivateKey.fromPkcs8(mixed)).isInstanceOf(MalformedInput.class);
    }

    @Test
    void a_root_with_a_key_of_a_later_type_is_read_and_the_key_not_counted() {
        JsonObject later =
                JsonObject.of("keytype", "later")
                        .with("keyval", JsonObject.of("public", "?"))
                        .with("scheme", "later-1");
        JsonObject known = TestKeys.named("a").publicKey().toTufJson();
        Map<String, PublicKey> read =
                RoleKeys.readKeys(
                        JsonObject.of(PublicKey.idOf(later), later)
                                .with(PublicKey.idOf(known), known));
        assertThat(read.values()).containsExactly(TestKeys.named("a").publicKey());
    }

    private static List<RoleSignature> signatures(byte[] message, PrivateKey... keys) {
        var signatures = new ArrayList<RoleSignature>();
        for (PrivateKey key : keys) {
            signatures.add(new RoleSignature(key.keyId(), key.sign(message)));
        }
        return signatures;
    }

    private static byte[] sequence(byte[] r, byte[] s) {
        byte[] first = HybridKey.joined(new byte[] {2, (byte) r.length}, r);
        byte[] second = HybridKey.joined(new byte[] {2, (byte) s.length}, s);
        byte[] both = HybridKey.joined(first, second);
        return HybridKey.joined(new byte[] {0x30, (byte) both.length}, both);
    }

    private static byte[] longForm(byte[] der) {
        byte[] content = Arrays.copyOfRange(der, 2, der.length);
        return HybridKey.joined(new byte[] {0x30, (byte) 0x81, (byte) content.length}, content);
    }

    private static Golden golden(KeyType type) throws IOException {
        byte[] bytes = Files.readAllBytes(FOLDER.resolve(type + ".json"));
        return new Golden(StrictJson.parseObject(bytes, 1 << 20));
    }

    /// Seeds that are the same in every run, by a name.
    private static final class TestSeeds {
        private TestSeeds() {}

        static byte[] named(String name) {
            return dev.evenkeel.core.Digest.of(("test seed " + name).getBytes(UTF_8)).raw();
        }
    }
}

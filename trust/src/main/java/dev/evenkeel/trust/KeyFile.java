// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.MalformedInput;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;

/// A private key at rest: a PEM text with the public key, to be seen by anybody, and the private
/// key encrypted under a passphrase (PKCS#8 with PBES2: PBKDF2-HMAC-SHA-256, AES-256-CBC; RFC
/// 8018). OpenSSL and others open it.
///
/// @param encrypted EncryptedPrivateKeyInfo (DER)
public record KeyFile(String holder, PublicKey publicKey, byte[] encrypted) {
    /// What OWASP asks for in 2026: a guess costs the attacker a third of a second on one core.
    static final int ITERATIONS = 600_000;

    /// More would let a file that somebody sent keep its reader busy for minutes.
    private static final int MOST_ITERATIONS = 20_000_000;

    private static final int LEAST_PASSPHRASE_CHARS = 12;
    private static final String ALGORITHM = "PBEWithHmacSHA256AndAES_256";
    private static final byte[] PBES2 = HexFormat.of().parseHex("06092a864886f70d01050d");
    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final int SALT_BYTES = 16;
    private static final int MOST_BYTES = 64 << 10;
    private static final String HOLDER = "Evenkeel key of ";

    public KeyFile {
        holder = new NamedKey(publicKey, holder).holder();
        encrypted = encrypted.clone();
    }

    /// `key` under `passphrase`, which has at least twelve characters.
    public static KeyFile encrypt(String holder, PrivateKey key, char[] passphrase) {
        return encrypt(holder, key, passphrase, ITERATIONS);
    }

    static KeyFile encrypt(String holder, PrivateKey key, char[] passphrase, int iterations) {
        if (passphrase.length < LEAST_PASSPHRASE_CHARS) {
            throw new MalformedInput(
                    "a passphrase of "
                            + passphrase.length
                            + " characters is guessed by anybody who finds the file; take at least "
                            + LEAST_PASSPHRASE_CHARS
                            + ", best five words that nobody else would choose");
        }
        var salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        try {
            Cipher cipher = Cipher.getInstance(ALGORITHM);
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    secret(passphrase),
                    new PBEParameterSpec(salt, iterations));
            byte[] sealed = cipher.doFinal(key.toPkcs8());
            byte[] parameters = cipher.getParameters().getEncoded();
            return new KeyFile(holder, key.publicKey(), info(parameters, sealed));
        } catch (GeneralSecurityException | IOException broken) {
            throw new IllegalStateException("every Java 25 has " + ALGORITHM, broken);
        }
    }

    /// EncryptedPrivateKeyInfo (RFC 5958); the JDK reads this algorithm in it, but cannot write it.
    private static byte[] info(byte[] pbes2Parameters, byte[] sealed) {
        byte[] algorithm = der(SEQUENCE, HybridKey.joined(PBES2, pbes2Parameters));
        return der(SEQUENCE, HybridKey.joined(algorithm, der(OCTET_STRING, sealed)));
    }

    private static byte[] der(int tag, byte[] content) {
        int n = content.length;
        byte[] head =
                n < 0x80
                        ? new byte[] {(byte) tag, (byte) n}
                        : n < 0x100
                                ? new byte[] {(byte) tag, (byte) 0x81, (byte) n}
                                : new byte[] {(byte) tag, (byte) 0x82, (byte) (n >> 8), (byte) n};
        return HybridKey.joined(head, content);
    }

    public static KeyFile read(byte[] bytes) {
        if (bytes.length > MOST_BYTES) {
            throw new MalformedInput("a key file of " + bytes.length + " bytes");
        }
        String text = new String(bytes, UTF_8);
        byte[] spki = required(Pem.PUBLIC_KEY, text);
        byte[] encrypted = required(Pem.ENCRYPTED_PRIVATE_KEY, text);
        return new KeyFile(holder(text), PublicKey.fromSpki(spki), encrypted);
    }

    /// The public half of a key file, or of the `.pub` file beside it.
    public static NamedKey readPublic(byte[] bytes) {
        if (bytes.length > MOST_BYTES) {
            throw new MalformedInput("a key file of " + bytes.length + " bytes");
        }
        String text = new String(bytes, UTF_8);
        return new NamedKey(PublicKey.fromSpki(required(Pem.PUBLIC_KEY, text)), holder(text));
    }

    /// What may be shown to anybody: the holder and the public key.
    public static byte[] writePublic(NamedKey key) {
        return (head(key) + Pem.write(Pem.PUBLIC_KEY, key.key().toSpki())).getBytes(UTF_8);
    }

    public byte[] toBytes() {
        return (head(new NamedKey(publicKey, holder))
                        + Pem.write(Pem.PUBLIC_KEY, publicKey.toSpki())
                        + Pem.write(Pem.ENCRYPTED_PRIVATE_KEY, encrypted))
                .getBytes(UTF_8);
    }

    private static String head(NamedKey key) {
        return HOLDER + key.holder() + "\n" + key.key().type() + " " + key.key().id() + "\n";
    }

    private static String holder(String text) {
        Optional<String> line = text.lines().findFirst().filter(l -> l.startsWith(HOLDER));
        return line.orElseThrow(() ->
                        new MalformedInput(
                                "not a key file of Evenkeel: its first line does not say '"
                                        + HOLDER
                                        + "...'"))
                .substring(HOLDER.length());
    }

    private static byte[] required(String label, String text) {
        return Pem.find(label, text)
                .orElseThrow(() -> new MalformedInput("the key file has no PEM block " + label));
    }

    /// The private key, when `passphrase` is the right one.
    public PrivateKey open(char[] passphrase) {
        try {
            var info = new EncryptedPrivateKeyInfo(encrypted);
            requireBounded(info);
            Cipher cipher = Cipher.getInstance(ALGORITHM);
            cipher.init(Cipher.DECRYPT_MODE, secret(passphrase), info.getAlgParameters());
            PrivateKey key = decoded(cipher.doFinal(info.getEncryptedData()));
            if (key.publicKey().equals(publicKey)) return key;
            throw new MalformedInput(
                    "the key file of " + holder + " shows another public key than it holds");
        } catch (BadPaddingException | IllegalBlockSizeException wrong) {
            throw wrongPassphrase(wrong);
        } catch (GeneralSecurityException | IOException damaged) {
            throw new MalformedInput(
                    "the key file of "
                            + holder
                            + " is damaged, or not encrypted with "
                            + ALGORITHM
                            + " (PBES2)",
                    damaged);
        }
    }

    /// One wrong passphrase in 256 gives a valid padding by chance, and nonsense inside of it.
    private PrivateKey decoded(byte[] decrypted) {
        try {
            return PrivateKey.fromPkcs8(decrypted);
        } catch (MalformedInput nonsense) {
            throw wrongPassphrase(nonsense);
        }
    }

    private MalformedInput wrongPassphrase(Exception why) {
        return new MalformedInput("the passphrase does not open the key of " + holder, why);
    }

    private static void requireBounded(EncryptedPrivateKeyInfo info)
            throws GeneralSecurityException, IOException {
        var parameters = info.getAlgParameters();
        int iterations =
                parameters == null
                        ? 0
                        : parameters.getParameterSpec(PBEParameterSpec.class).getIterationCount();
        if (parameters == null || !info.getAlgName().equals(ALGORITHM)) {
            throw new IOException("another algorithm");
        }
        if (iterations > MOST_ITERATIONS) throw new IOException("too many iterations");
    }

    private static SecretKey secret(char[] passphrase) throws GeneralSecurityException {
        var spec = new PBEKeySpec(passphrase);
        try {
            return SecretKeyFactory.getInstance(ALGORITHM).generateSecret(spec);
        } finally {
            spec.clearPassword();
        }
    }

    @Override
    public byte[] encrypted() {
        return encrypted.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyFile(String name, PublicKey key, byte[] sealed)
                && name.equals(holder)
                && key.equals(publicKey)
                && Arrays.equals(sealed, encrypted);
    }

    @Override
    public int hashCode() {
        return publicKey.hashCode();
    }

    @Override
    public String toString() {
        return "key file of " + holder + " (" + publicKey + ")";
    }
}

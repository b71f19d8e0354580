// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Dsse;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.fuzz.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.spec.PBEParameterSpec;

/// What says who somebody is, and what people hand to each other to sign: certificates and what
/// brings them, key files, signing requests, the signed time.
public final class IdentityTargets {
    private static final String GOLDEN = "../trust/src/test/resources/golden/";
    private static final String KEYS = GOLDEN + "keys/";

    /// Of the golden signed time.
    private static final String NONCE = "000102030405060708090a0b0c0d0e0f";

    /// More than this costs time that a fuzzer has better uses for; the limit itself has a test.
    private static final int MOST_ITERATIONS = 4_096;

    private IdentityTargets() {}

    public static List<Target> all() {
        return List.of(
                Target.of(
                        "device-certificate",
                        IdentityTargets::deviceCertificate,
                        MalformedInput.class),
                Target.of("certs-only", IdentityTargets::certsOnly, MalformedInput.class)
                        .from("../server/src/test/resources/golden/est-certificates-v1.p7"),
                Target.of(
                                "signing-request",
                                bytes -> Optional.of(SigningRequest.read(bytes).toBytes()),
                                MalformedInput.class,
                                TrustException.class)
                        .from(GOLDEN + "signing-request-v1.json"),
                Target.of(
                        "trust-files",
                        bytes -> Optional.of(TrustFiles.read(bytes).toJson().toCanonicalBytes()),
                        MalformedInput.class),
                Target.of(
                                "key-file",
                                bytes -> Optional.of(KeyFile.read(bytes).toBytes()),
                                MalformedInput.class)
                        .from(KEYS + "ed25519.openssl.key", KEYS + "ecdsa.openssl.key"),
                Target.of("key-file-sealed", IdentityTargets::sealed, MalformedInput.class),
                Target.of("pem", IdentityTargets::pem, MalformedInput.class),
                Target.of("tuf-key", IdentityTargets::tufKey, MalformedInput.class),
                Target.of("ecdsa-signature", IdentityTargets::ecdsaSignature),
                Target.of(
                        "token-address",
                        bytes -> {
                            tokenAddress(new String(bytes, UTF_8));
                            return Optional.empty();
                        },
                        MalformedInput.class),
                Target.of("signed-time", Timestamps::envelope, TrustException.class)
                        .from(GOLDEN + "signed-time-v1.json"),
                Target.of("signed-time-signed", Timestamps::payload, TrustException.class));
    }

    private static Optional<byte[]> deviceCertificate(byte[] der) {
        DeviceCertificate read = DeviceCertificate.read(List.of(der));
        ask(read);
        return Optional.of(read.encoded().getFirst());
    }

    /// There is no writer on the device; but what came out of a PKCS#7 is stored one by one, and
    /// read again at the next boot.
    private static Optional<byte[]> certsOnly(byte[] pkcs7) {
        DeviceCertificate read = DeviceCertificate.readCertsOnly(pkcs7);
        ask(read);
        DeviceCertificate again = DeviceCertificate.read(read.encoded());
        if (!again.equals(read)) throw new AssertionError("stored, it is another certificate");
        return Optional.empty();
    }

    /// All that an agent asks a certificate.
    private static void ask(DeviceCertificate certificate) {
        certificate.isOf(Timestamps.KEY.publicKey());
        certificate.renewal();
        certificate.serial();
    }

    /// The encrypted half of a key file, opened with the passphrase of the golden files.
    private static Optional<byte[]> sealed(byte[] der) {
        if (iterations(der) > MOST_ITERATIONS) return Optional.empty();
        KeyFile golden = KeyFile.read(golden("keys/ed25519.openssl.key"));
        new KeyFile(golden.holder(), golden.publicKey(), der)
                .open("harbour crane tide rope".toCharArray());
        return Optional.empty();
    }

    private static int iterations(byte[] der) {
        try {
            var parameters = new EncryptedPrivateKeyInfo(der).getAlgParameters();
            return parameters == null
                    ? 0
                    : parameters.getParameterSpec(PBEParameterSpec.class).getIterationCount();
        } catch (IOException | GeneralSecurityException | RuntimeException unreadable) {
            return 0;
        }
    }

    private static Optional<byte[]> pem(byte[] bytes) {
        byte[] der = Pem.only(Pem.PUBLIC_KEY, new String(bytes, UTF_8));
        return Optional.of(Pem.write(Pem.PUBLIC_KEY, der).getBytes(UTF_8));
    }

    /// As root metadata name keys, of all types and of others.
    private static Optional<byte[]> tufKey(byte[] json) {
        var object = StrictJson.parseObject(json, 64 << 10);
        for (KeyRules rules : KeyRules.values()) {
            PublicKey.fromTufJson(object, rules)
                    .ifPresent(key -> {
                        boolean same =
                                PublicKey.fromTufJson(key.toTufJson(), rules)
                                        .equals(Optional.of(key));
                        if (!same) throw new AssertionError("written, it is another key");
                        key.verifies(json, new byte[key.toSpki().length]);
                    });
        }
        return Optional.empty();
    }

    private static Optional<byte[]> ecdsaSignature(byte[] der) {
        EcdsaSignature.isStrict(der);
        return Optional.empty();
    }

    /// Whatever an address holds, it makes the lines of a configuration that it should, no others.
    private static void tokenAddress(String text) {
        String made = TokenAddress.parse(text).configuration();
        if (made.lines().count() != 12) throw new AssertionError("another setting: " + made);
    }

    /// Answers to the question for the time, judged by the golden root.
    private static final class Timestamps {
        static final PrivateKey KEY =
                PrivateKey.fromSeed(Digest.of("test key timestamp".getBytes(UTF_8)).raw());
        static final RootTrust ROOT = RootTrust.held(golden("1.root.json"));

        private Timestamps() {}

        static Optional<byte[]> envelope(byte[] answer) {
            SignedTime.verified(ROOT, answer, NONCE);
            return Optional.empty();
        }

        /// As a holder of the online key would say it.
        static Optional<byte[]> payload(byte[] payload) {
            return envelope(Dsse.sign(SignedTime.TYPE, payload, KEY).toBytes());
        }
    }

    private static byte[] golden(String name) {
        try {
            return Files.readAllBytes(Path.of(GOLDEN + name));
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }
}

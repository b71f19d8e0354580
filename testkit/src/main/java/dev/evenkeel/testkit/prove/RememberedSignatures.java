// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyPairGeneratorSpi;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Ed25519 that computes equal questions once. A proof starts the same agent over the same metadata
/// a million times, and more than half of its time would go into curves. The agent cannot tell: it
/// asks Java for a signature as on a device, the answers are those of the JDK's own provider, and
/// an answer is given again only to a question that is the same byte for byte. Random bytes come,
/// in a power-on, from what determines it: a key that a device makes is the same again when the
/// same state is run again.
final class RememberedSignatures extends Provider {
    /// Where random bytes come from in a power-on; unbound, from the system.
    static final ScopedValue<Chance> CHANCE = ScopedValue.newInstance();

    interface Chance {
        void fill(byte[] bytes);
    }

    private static final String NAME = "EvenkeelProver";
    private static final String ED25519 = "Ed25519";
    private static final String JDK = "SunEC";

    /// Beyond, all is forgotten and begins anew, to bound memory.
    private static final int MOST = 20_000;

    private final transient Map<Question, Object> answers = new ConcurrentHashMap<>();

    /// What is asked, as the bytes of its parts.
    private record Question(List<byte[]> parts, int hash) {
        static Question of(byte[]... parts) {
            int hash = 1;
            for (byte[] part : parts) hash = 31 * hash + Arrays.hashCode(part);
            return new Question(List.of(parts), hash);
        }

        @Override
        public boolean equals(Object other) {
            if (!(other instanceof Question(List<byte[]> theirs, int theirHash))) return false;
            if (theirHash != hash || theirs.size() != parts.size()) return false;
            for (int i = 0; i < parts.size(); i++) {
                if (!Arrays.equals(parts.get(i), theirs.get(i))) return false;
            }
            return true;
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    private interface Computation<T> {
        T compute() throws GeneralSecurityException;
    }

    private RememberedSignatures() {
        super(NAME, "1", "Ed25519 that computes equal questions once");
        putService(new Ours("Signature"));
        putService(new Ours("KeyPairGenerator"));
        putService(new Randomness());
    }

    /// Puts itself before the JDK's providers of this process; once is enough.
    static void install() {
        Security.insertProviderAt(new RememberedSignatures(), 1);
    }

    private <T> T answer(Question question, Class<T> type, Computation<T> computation)
            throws GeneralSecurityException {
        Object known = answers.get(question);
        if (known != null) return type.cast(known);
        T computed = computation.compute();
        if (answers.size() >= MOST) answers.clear();
        answers.put(question, computed);
        return computed;
    }

    private final class Ours extends Service {
        Ours(String type) {
            super(RememberedSignatures.this, type, ED25519, "unused", null, null);
        }

        @Override
        public Object newInstance(@Nullable Object parameter) {
            return getType().equals("Signature") ? new RememberedSignature() : new Pairs();
        }

        @Override
        public boolean supportsParameter(@Nullable Object parameter) {
            return true;
        }
    }

    private final class Randomness extends Service {
        Randomness() {
            super(RememberedSignatures.this, "SecureRandom", NAME, "unused", null, null);
        }

        @Override
        public Object newInstance(@Nullable Object parameter) {
            return new GivenRandom();
        }
    }

    private static final class GivenRandom extends SecureRandomSpi {
        private static final SecureRandom SYSTEM = system();

        private static SecureRandom system() {
            try {
                return SecureRandom.getInstance("NativePRNG", "SUN");
            } catch (GeneralSecurityException missing) {
                throw new IllegalStateException("this system has no random bytes", missing);
            }
        }

        @Override
        protected void engineSetSeed(byte[] seed) {}

        @Override
        protected void engineNextBytes(byte[] bytes) {
            if (CHANCE.isBound()) CHANCE.get().fill(bytes);
            else SYSTEM.nextBytes(bytes);
        }

        @Override
        protected byte[] engineGenerateSeed(int count) {
            byte[] seed = new byte[count];
            engineNextBytes(seed);
            return seed;
        }
    }

    private final class RememberedSignature extends SignatureSpi {
        private final ByteArrayOutputStream message = new ByteArrayOutputStream();
        private @Nullable PublicKey verifying;
        private @Nullable PrivateKey signing;

        @Override
        protected void engineInitVerify(PublicKey key) {
            verifying = key;
            message.reset();
        }

        @Override
        protected void engineInitSign(PrivateKey key) {
            signing = key;
            message.reset();
        }

        @Override
        protected void engineUpdate(byte one) {
            message.write(one);
        }

        @Override
        protected void engineUpdate(byte[] bytes, int from, int count) {
            message.write(bytes, from, count);
        }

        @Override
        protected byte[] engineSign() throws SignatureException {
            PrivateKey key = Objects.requireNonNull(signing);
            byte[] signed = message.toByteArray();
            message.reset();
            try {
                return answer(
                                Question.of(encoded(key), signed),
                                byte[].class,
                                () -> {
                                    Signature jdk = Signature.getInstance(ED25519, JDK);
                                    jdk.initSign(key);
                                    jdk.update(signed);
                                    return jdk.sign();
                                })
                        .clone();
            } catch (GeneralSecurityException failed) {
                throw new SignatureException(failed);
            }
        }

        @Override
        protected boolean engineVerify(byte[] signature) throws SignatureException {
            PublicKey key = Objects.requireNonNull(verifying);
            byte[] signed = message.toByteArray();
            message.reset();
            try {
                return answer(
                        Question.of(encoded(key), signed, signature.clone()),
                        Boolean.class,
                        () -> {
                            Signature jdk = Signature.getInstance(ED25519, JDK);
                            jdk.initVerify(key);
                            jdk.update(signed);
                            return jdk.verify(signature);
                        });
            } catch (SignatureException malformed) {
                throw malformed;
            } catch (GeneralSecurityException failed) {
                throw new SignatureException(failed);
            }
        }

        private static byte[] encoded(Key key) throws InvalidKeyException {
            byte[] encoded = key.getEncoded();
            if (encoded == null) throw new InvalidKeyException("a key without bytes");
            return encoded;
        }

        @Override
        @Deprecated
        protected void engineSetParameter(String name, Object value) {
            throw new UnsupportedOperationException("Ed25519 has no parameter " + name);
        }

        @Override
        @Deprecated
        protected Object engineGetParameter(String name) {
            throw new UnsupportedOperationException("Ed25519 has no parameter " + name);
        }
    }

    /// A pair is what its 32 random bytes make of it.
    private final class Pairs extends KeyPairGeneratorSpi {
        private static final int SECRET_BYTES = 32;
        private SecureRandom random = new SecureRandom();

        @Override
        public void initialize(int bits, SecureRandom given) {
            random = given;
        }

        @Override
        public KeyPair generateKeyPair() {
            byte[] secret = new byte[SECRET_BYTES];
            random.nextBytes(secret);
            try {
                return answer(
                        Question.of(secret),
                        KeyPair.class,
                        () -> {
                            KeyPairGenerator jdk = KeyPairGenerator.getInstance(ED25519, JDK);
                            jdk.initialize(255, new Given(secret));
                            return jdk.generateKeyPair();
                        });
            } catch (GeneralSecurityException missing) {
                throw new IllegalStateException("every Java runtime has Ed25519", missing);
            }
        }
    }

    private static final class Given extends SecureRandom {
        private final byte[] bytes;

        Given(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public void nextBytes(byte[] into) {
            System.arraycopy(bytes, 0, into, 0, into.length);
        }
    }
}

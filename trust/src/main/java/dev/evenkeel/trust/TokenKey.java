// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.trust.TrustException.UnusableKey;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.InvalidParameterException;
import java.security.KeyStore;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Security;
import java.security.Signature;
import java.security.cert.Certificate;

/// A key that a PKCS#11 token holds and never gives away; it signs in the token. The private key is
/// found by its label, its public key in the certificate beside it.
public final class TokenKey implements Signer {
    private final TokenAddress address;
    private final Provider provider;
    private final java.security.PrivateKey handle;
    private final PublicKey publicKey;

    private TokenKey(
            TokenAddress address,
            Provider provider,
            java.security.PrivateKey handle,
            PublicKey publicKey) {
        this.address = address;
        this.provider = provider;
        this.handle = handle;
        this.publicKey = publicKey;
    }

    public static TokenKey open(TokenAddress address, char[] pin) {
        try {
            Provider provider = provider(address);
            KeyStore store = store(address, provider, pin);
            java.security.Key key = store.getKey(address.object(), null);
            Certificate certificate = store.getCertificate(address.object());
            if (!(key instanceof java.security.PrivateKey handle) || certificate == null) {
                throw unusable(
                        address,
                        "it holds no private key with a certificate under the label '"
                                + address.object()
                                + "'",
                        "Make one with 'evenkeel keys create --token', or import a certificate"
                                + " for the key (it carries the public key; nobody checks who"
                                + " issued it).");
            }
            PublicKey publicKey = PublicKey.fromSpki(certificate.getPublicKey().getEncoded());
            return new TokenKey(address, provider, handle, publicKey);
        } catch (MalformedInput otherType) {
            throw unusable(
                    address, reason(otherType), "Take a key of ECDSA P-256, or RSA from 3072");
        } catch (GeneralSecurityException | ProviderException refused) {
            throw closed(address, refused);
        }
    }

    /// The token's keys as the JDK has them, for who makes a new one.
    public static KeyStore store(TokenAddress address, Provider provider, char[] pin) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS11", provider);
            store.load(null, pin);
            return store;
        } catch (GeneralSecurityException | IOException | ProviderException refused) {
            throw closed(address, refused);
        }
    }

    private static UnusableKey closed(TokenAddress address, Exception refused) {
        return unusable(address, reason(refused), "Check the module, the token and the PIN.");
    }

    /// A provider for this token. The module that has it is in every JDK; a device's Java runtime
    /// is linked without.
    public static Provider provider(TokenAddress address) {
        Provider general = Security.getProvider("SunPKCS11");
        if (general == null) {
            throw unusable(
                    address,
                    "this Java runtime has no PKCS#11",
                    "Sign on a machine with a whole JDK 25 (module jdk.crypto.cryptoki).");
        }
        try {
            return general.configure(address.configuration());
        } catch (InvalidParameterException | ProviderException refused) {
            throw unusable(address, reason(refused), "Check module-path and slot-id or token.");
        }
    }

    private static String reason(Throwable fault) {
        Throwable root = fault;
        while (root.getCause() != null) root = root.getCause();
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }

    private static UnusableKey unusable(TokenAddress address, String fault, String next) {
        return new UnusableKey(address.module(), fault, next);
    }

    @Override
    public PublicKey publicKey() {
        return publicKey;
    }

    @Override
    public byte[] sign(byte[] message) {
        Jca jca = publicKey.type() == KeyType.RSA ? Jca.RSA : Jca.ECDSA;
        try {
            Signature signature =
                    jca.parametrised(Signature.getInstance(jca.signatures(), provider));
            signature.initSign(handle);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException | ProviderException refused) {
            throw unusable(
                    address, reason(refused), "The token could not sign; is it still there?");
        }
    }

    @Override
    public String toString() {
        return "token key " + publicKey;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.message.Protocol;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslProvider;
import io.vertx.core.Vertx;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.SSLEngineOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.core.spi.tls.DefaultSslContextFactory;
import io.vertx.core.spi.tls.SslContextFactory;
import java.net.Socket;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.KeyManagerFactorySpi;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.TrustManagerFactorySpi;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// TLS on the one port: two kinds of visitors, told apart by the name that they ask for (SNI).
///
/// Under [Protocol#DEVICE_HOST] the server shows the certificate of its own authority, which
/// devices pin, and asks for a client certificate; one that has none yet is let in without. Under
/// every other name it shows the certificate that people know it by, and asks for nothing, so that
/// no browser ever shows a choice of certificates.
///
/// The handshake proves that the client holds the key of the certificate that it shows, and nothing
/// more: what the certificate is worth is judged for each request ([Identities]), where there is a
/// way to say why it is not good.
///
/// Certificates are asked for at each handshake, so that they can be replaced while it runs.
final class ServerTls {
    private ServerTls() {}

    /// What to show, and the key to it.
    record Shown(PrivateKey key, List<X509Certificate> chain) {
        Shown {
            chain = List.copyOf(chain);
        }
    }

    static boolean isDeviceHost(@Nullable String name) {
        return name != null && name.toLowerCase(Locale.ROOT).equals(Protocol.DEVICE_HOST);
    }

    /// @param toDevices what devices are shown
    /// @param toPeople what everybody else is shown
    static KeyCertOptions keys(Supplier<Shown> toDevices, Supplier<Shown> toPeople) {
        return new Keys(new Factory(new OneKey(toDevices)), new Factory(new OneKey(toPeople)));
    }

    /// Asks devices for their certificate.
    ///
    /// @param issuers of certificates that could be good: a hint for clients that have several
    static TrustOptions clients(Supplier<Collection<X509Certificate>> issuers) {
        return new Clients(new TrustFactory(new AnyClient(issuers)));
    }

    static SSLEngineOptions engine() {
        return new Engine();
    }

    /// The Java runtime's TLS, which asks for a client certificate under the devices' name only.
    private static final class Engine extends SSLEngineOptions {
        @Override
        public SSLEngineOptions copy() {
            return new Engine();
        }

        @Override
        public SslContextFactory sslContextFactory() {
            return new DefaultSslContextFactory(SslProvider.JDK, false) {
                @Override
                public SslContextFactory serverName(String name) {
                    // named only where a key is kept for that very name: see Keys
                    if (isDeviceHost(name)) clientAuth(ClientAuth.OPTIONAL);
                    return this;
                }
            };
        }
    }

    private record Keys(KeyManagerFactory toDevices, KeyManagerFactory toPeople)
            implements KeyCertOptions {
        @Override
        public KeyCertOptions copy() {
            return this;
        }

        @Override
        public KeyManagerFactory getKeyManagerFactory(Vertx vertx) {
            return toPeople;
        }

        /// Vert.x takes null for "as usual", which its signature cannot say.
        @Override
        @SuppressWarnings("NullAway")
        public Function<String, KeyManagerFactory> keyManagerFactoryMapper(Vertx vertx) {
            return name -> isDeviceHost(name) ? toDevices : null;
        }
    }

    private record Clients(TrustManagerFactory any) implements TrustOptions {
        @Override
        public TrustOptions copy() {
            return this;
        }

        @Override
        public TrustManagerFactory getTrustManagerFactory(Vertx vertx) {
            return any;
        }

        @Override
        @SuppressWarnings("NullAway")
        public Function<String, TrustManager[]> trustManagerMapper(Vertx vertx) {
            return _ -> null;
        }
    }

    /// Looks up what to show at each handshake.
    private static final class OneKey extends X509ExtendedKeyManager {
        private static final String ALIAS = "server";
        private final Supplier<Shown> shown;

        OneKey(Supplier<Shown> shown) {
            this.shown = shown;
        }

        @Override
        public @Nullable String chooseEngineServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            String kind = shown.get().key().getAlgorithm();
            return keyType.equals(kind) ? ALIAS : null;
        }

        @Override
        public @Nullable String chooseServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return chooseEngineServerAlias(keyType, issuers, null);
        }

        @Override
        public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return shown.get().chain().toArray(X509Certificate[]::new);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return shown.get().key();
        }

        @Override
        public String @Nullable [] getClientAliases(
                String keyType, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }
    }

    private static final class AnyClient extends X509ExtendedTrustManager {
        private final Supplier<Collection<X509Certificate>> issuers;

        AnyClient(Supplier<Collection<X509Certificate>> issuers) {
            this.issuers = issuers;
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            // judged by Identities, for each request
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
            checkClientTrusted(chain, type);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            checkClientTrusted(chain, type);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            throw new CertificateException("a server is no client");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            checkServerTrusted(chain, type);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            checkServerTrusted(chain, type);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return issuers.get().toArray(X509Certificate[]::new);
        }
    }

    private static final Provider NO_PROVIDER = new Provider("evenkeel", "1", "one manager") {};

    private static final class Factory extends KeyManagerFactory {
        Factory(KeyManager manager) {
            super(
                    new KeyManagerFactorySpi() {
                        @Override
                        protected void engineInit(
                                @Nullable KeyStore store, char @Nullable [] password) {}

                        @Override
                        protected void engineInit(@Nullable ManagerFactoryParameters spec) {}

                        @Override
                        protected KeyManager[] engineGetKeyManagers() {
                            return new KeyManager[] {manager};
                        }
                    },
                    NO_PROVIDER,
                    "one key");
        }
    }

    private static final class TrustFactory extends TrustManagerFactory {
        TrustFactory(TrustManager manager) {
            super(
                    new TrustManagerFactorySpi() {
                        @Override
                        protected void engineInit(@Nullable KeyStore store) {}

                        @Override
                        protected void engineInit(@Nullable ManagerFactoryParameters spec) {}

                        @Override
                        protected TrustManager[] engineGetTrustManagers() {
                            return new TrustManager[] {manager};
                        }
                    },
                    NO_PROVIDER,
                    "any client");
        }
    }
}

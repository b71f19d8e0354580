// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import io.vertx.core.http.HttpServerRequest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/// The other end of a connection.
///
/// @param chain the certificates that it showed, its own first, whose key it proved to hold; empty
///   when it showed none. What they are worth is not said.
record Peer(String address, List<X509Certificate> chain) {
    Peer {
        chain = List.copyOf(chain);
    }

    static Peer of(HttpServerRequest http) {
        return new Peer(http.remoteAddress().hostAddress(), chain(http.connection().sslSession()));
    }

    private static List<X509Certificate> chain(@org.jspecify.annotations.Nullable SSLSession tls) {
        var chain = new ArrayList<X509Certificate>();
        if (tls == null) return chain;
        try {
            for (Certificate one : tls.getPeerCertificates()) {
                if (one instanceof X509Certificate certificate) chain.add(certificate);
            }
        } catch (SSLPeerUnverifiedException showedNone) {
            return List.of();
        }
        return chain;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// A small HTTPS server on the loopback address, with a certificate that expired years ago and
/// bears another name: a device compares it with the one it was given, and nothing else.
final class HttpsEndpoint implements AutoCloseable {
    /// @param headers names in lower case
    record Request(
            String method,
            String path,
            Map<String, String> headers,
            byte[] body,
            Optional<X509Certificate> shown) {}

    /// @param cutAfter bytes of the body after which the connection breaks; -1 for never
    record Response(int status, Map<String, String> headers, byte[] body, int cutAfter) {
        static Response of(int status, byte[] body) {
            return new Response(status, Map.of(), body, -1);
        }
    }

    interface Handler {
        Response answer(Request request) throws IOException;
    }

    private static final char[] PASSWORD = "changeit".toCharArray();

    private static @Nullable Path keyFile;

    /// The names under which clients asked for this server (SNI).
    final Set<String> askedFor = ConcurrentHashMap.newKeySet();

    private final SSLServerSocket socket;
    private final byte[] certificate;
    private final Handler handler;

    HttpsEndpoint(Handler handler) throws Exception {
        this.handler = handler;
        KeyStore store = keys();
        this.certificate = store.getCertificate("server").getEncoded();
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), new TrustManager[] {new Whatever()}, null);
        this.socket =
                (SSLServerSocket)
                        tls.getServerSocketFactory()
                                .createServerSocket(0, 16, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    byte[] certificate() {
        return certificate.clone();
    }

    URI uri() {
        return URI.create("https://127.0.0.1:" + socket.getLocalPort());
    }

    /// One key for all tests of this run: making it starts another Java.
    private static synchronized KeyStore keys() throws Exception {
        if (keyFile == null) {
            Path folder = Files.createTempDirectory("https-endpoint");
            Path file = folder.resolve("server.p12");
            folder.toFile().deleteOnExit();
            file.toFile().deleteOnExit();
            Process keytool =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "keytool")
                                            .toString(),
                                    "-genkeypair",
                                    "-alias",
                                    "server",
                                    "-keyalg",
                                    "EC",
                                    "-groupname",
                                    "secp256r1",
                                    "-dname",
                                    "CN=somewhere.else",
                                    "-startdate",
                                    "2001/01/01 00:00:00",
                                    "-validity",
                                    "365",
                                    "-storetype",
                                    "PKCS12",
                                    "-keystore",
                                    file.toString(),
                                    "-storepass",
                                    new String(PASSWORD))
                            .redirectErrorStream(true)
                            .start();
            String said = new String(keytool.getInputStream().readAllBytes(), UTF_8);
            if (keytool.waitFor() != 0) throw new IOException("keytool: " + said);
            keyFile = file;
        }
        return KeyStore.getInstance(keyFile.toFile(), PASSWORD);
    }

    private void accept() {
        while (true) {
            try {
                SSLSocket client = (SSLSocket) socket.accept();
                client.setWantClientAuth(true);
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(SSLSocket client) {
        try (client) {
            client.startHandshake();
            askedFor.addAll(
                    ((ExtendedSSLSession) client.getSession())
                            .getRequestedServerNames().stream()
                                    .map(name -> new String(name.getEncoded(), UTF_8))
                                    .toList());
            var in = new BufferedInputStream(client.getInputStream());
            while (answerOne(in, client.getOutputStream(), shown(client))) {}
        } catch (IOException gone) {
            // the client went away, or was cut off on purpose
        }
    }

    private static Optional<X509Certificate> shown(SSLSocket client) {
        try {
            return Optional.of((X509Certificate) client.getSession().getPeerCertificates()[0]);
        } catch (SSLPeerUnverifiedException none) {
            return Optional.empty();
        }
    }

    private boolean answerOne(InputStream in, OutputStream out, Optional<X509Certificate> shown)
            throws IOException {
        String first = line(in);
        if (first.isEmpty()) return false;
        String[] words = first.split(" ", 3);
        var headers = new HashMap<String, String>();
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            int colon = header.indexOf(':');
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        Response response = handler.answer(new Request(words[0], words[1], headers, body, shown));
        var head = new StringBuilder("HTTP/1.1 " + response.status() + " X\r\n");
        response.headers().forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        if (response.status() != 204) {
            head.append("Content-Length: " + response.body().length + "\r\n");
        }
        out.write(head.append("\r\n").toString().getBytes(ISO_8859_1));
        boolean isCut = response.cutAfter() >= 0 && response.cutAfter() < response.body().length;
        out.write(response.body(), 0, isCut ? response.cutAfter() : response.body().length);
        out.flush();
        return !isCut;
    }

    private static String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int one = in.read(); one >= 0 && one != '\n'; one = in.read()) line.write(one);
        return line.toString(ISO_8859_1).strip();
    }

    /// A byte range as RFC 9110 writes it, of a whole file.
    static Response range(byte[] whole, String header) {
        List<String> ends = List.of(header.replace("bytes=", "").split("-"));
        int from = Integer.parseInt(ends.get(0));
        int to = Math.min(Integer.parseInt(ends.get(1)), whole.length - 1);
        return new Response(
                206,
                Map.of("Content-Range", "bytes " + from + "-" + to + "/" + whole.length),
                java.util.Arrays.copyOfRange(whole, from, to + 1),
                -1);
    }

    /// Asks for a client's certificate and takes any: who it is of is the handler's to judge.
    private static final class Whatever extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

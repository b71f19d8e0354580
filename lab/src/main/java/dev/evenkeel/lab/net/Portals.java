// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// Captive portals as hotels and trains have them: whoever was called, they answer 200 with a page.
/// The TLS one shows a certificate of its own (`portal.p12`, which guards nothing).
final class Portals {
    private static final char[] PASSWORD = "portal".toCharArray();
    private static final int PATIENCE_MILLIS = 5_000;
    private static final String PAGE =
            "<!doctype html><title>Welcome</title><h1>Welcome on board</h1>"
                    + "<p>Accept the conditions to use this network.</p>";

    private @Nullable SSLContext tls;

    void answer(Socket device, Fault.Portal portal) throws IOException {
        device.setSoTimeout(PATIENCE_MILLIS);
        if (!portal.isTls()) {
            // a device that expects TLS sends no line: the page comes at once, as 400 does from
            // many
            answerOne(device);
            return;
        }
        try (var secured =
                (SSLSocket)
                        context()
                                .getSocketFactory()
                                .createSocket(
                                        device, device.getInetAddress().toString(), 0, true)) {
            secured.setUseClientMode(false);
            secured.startHandshake();
            var in =
                    new BufferedReader(new InputStreamReader(secured.getInputStream(), ISO_8859_1));
            for (String line = in.readLine(); line != null && !line.isEmpty(); ) {
                line = in.readLine();
            }
            answerOne(secured);
        }
    }

    private static void answerOne(Socket socket) throws IOException {
        byte[] page = PAGE.getBytes(UTF_8);
        OutputStream out = socket.getOutputStream();
        out.write(
                ("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: "
                                + page.length
                                + "\r\nConnection: close\r\n\r\n")
                        .getBytes(ISO_8859_1));
        out.write(page);
        out.flush();
        socket.shutdownOutput();
        // until the device has read it: a reset would take the page away again
        byte[] rest = new byte[1_024];
        while (!(socket instanceof SSLSocket) && socket.getInputStream().read(rest) >= 0) {}
    }

    private synchronized SSLContext context() throws IOException {
        SSLContext known = tls;
        if (known != null) return known;
        try {
            KeyStore keys = keys();
            var own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            own.init(keys, PASSWORD);
            SSLContext made = SSLContext.getInstance("TLS");
            made.init(own.getKeyManagers(), null, null);
            tls = made;
            return made;
        } catch (GeneralSecurityException broken) {
            throw new IOException("the portal has no certificate: " + broken.getMessage(), broken);
        }
    }

    private static KeyStore keys() throws IOException, GeneralSecurityException {
        try (InputStream in = Portals.class.getResourceAsStream("portal.p12")) {
            if (in == null) throw new IOException("portal.p12 is not beside its class");
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD);
            return keys;
        }
    }
}

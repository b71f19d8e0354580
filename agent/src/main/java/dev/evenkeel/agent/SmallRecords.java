// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.message.Protocol;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// Asks the server for TLS records of at most 4 KiB (RFC 6066, 4: max_fragment_length) instead of
/// 16. Of a record nothing can be used before its last byte: at 32 kbit/s a link that is cut each
/// minute would lose half a record, 3.4 % of what came in that minute; now it is 0.9 %.
///
/// A server that does not know the extension answers as usual.
///
/// Every connection asks for its server by the devices' own name ([Protocol#DEVICE_HOST], SNI),
/// whatever its address is: under that name the server asks for a client certificate.
final class SmallRecords extends SSLSocketFactory {
    private static final int RECORD_BYTES = 4 << 10;

    /// What JSSE takes for the frame of the largest record: header and nonce, digest, padding.
    private static final int FRAME_BYTES = 21 + 48 + 256;

    private final SSLSocketFactory factory;

    SmallRecords(SSLSocketFactory factory) {
        this.factory = factory;
    }

    /// JSSE offers the extension only where this property was set before its first connection.
    static void enable() {
        System.setProperty("jsse.enableMFLNExtension", "true");
    }

    private static Socket small(Socket socket) {
        if (socket instanceof SSLSocket tls) {
            SSLParameters parameters = tls.getSSLParameters();
            parameters.setMaximumPacketSize(RECORD_BYTES + FRAME_BYTES);
            tls.setSSLParameters(parameters);
        }
        return socket;
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return factory.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return factory.getSupportedCipherSuites();
    }

    /// Refused in the way that makes `HttpsURLConnection` connect first and lay TLS over the open
    /// connection by the next method: the only one in which the name is ours to choose.
    @Override
    public Socket createSocket() throws IOException {
        throw new SocketException(
                "TLS is laid over an open connection",
                new UnsupportedOperationException("no unconnected sockets"));
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
            throws IOException {
        return small(factory.createSocket(socket, Protocol.DEVICE_HOST, port, autoClose));
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw new SocketException("TLS is laid over an open connection only");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort)
            throws IOException {
        return createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return createSocket(host.getHostAddress(), port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
            throws IOException {
        return createSocket(host.getHostAddress(), port);
    }
}

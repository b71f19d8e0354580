// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A line to a server that can be cut and mended: bytes pass as they are, TLS and all.
final class CutLine implements AutoCloseable {
    private final ServerSocket entry;
    private final int port;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean isCut;

    CutLine(int port) throws IOException {
        this.port = port;
        this.entry = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(this::accept);
    }

    String address() {
        return "https://127.0.0.1:" + entry.getLocalPort();
    }

    void cut() {
        isCut = true;
        open.forEach(CutLine::drop);
    }

    void mend() {
        isCut = false;
    }

    private void accept() {
        while (!entry.isClosed()) {
            try {
                Socket in = entry.accept();
                if (isCut) {
                    drop(in);
                    continue;
                }
                var out = new Socket(InetAddress.getLoopbackAddress(), port);
                open.add(in);
                open.add(out);
                Thread.startVirtualThread(() -> pass(in, out));
                Thread.startVirtualThread(() -> pass(out, in));
            } catch (IOException closed) {
                // the next accept tells whether it is over
            }
        }
    }

    private void pass(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException cut) {
            // that is what the line is for
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private static void drop(Socket socket) {
        try {
            socket.close();
        } catch (IOException gone) {
            // it is closed either way
        }
    }

    @Override
    public void close() throws IOException {
        cut();
        entry.close();
    }
}

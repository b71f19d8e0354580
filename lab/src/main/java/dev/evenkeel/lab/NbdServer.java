// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/// Offers a [VolatileDisk] to QEMU, or any NBD client, on a Unix socket. Who may use it is decided
/// by the permissions of the socket's folder.
public final class NbdServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(NbdServer.class.getName());
    private static final int CLIENTS = 16;

    private final VolatileDisk disk;
    private final Path socket;
    private final ServerSocketChannel listener;
    private final Map<SocketChannel, Thread> clients = new ConcurrentHashMap<>();
    private final Semaphore room = new Semaphore(CLIENTS);

    public static NbdServer start(VolatileDisk disk, Path socket) throws IOException {
        var server = new NbdServer(disk, socket, listen(socket));
        Thread.ofVirtual().name("nbd " + socket).start(server::acceptAll);
        return server;
    }

    static ServerSocketChannel listen(Path socket) throws IOException {
        Files.deleteIfExists(socket);
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            return listener.bind(UnixDomainSocketAddress.of(socket));
        } catch (IOException refused) {
            listener.close();
            throw new LabFailure(
                    "cannot listen on "
                            + socket
                            + ": "
                            + refused.getMessage()
                            + "; the path of a Unix socket has at most 107 bytes, this one has "
                            + socket.toString().length(),
                    refused);
        }
    }

    private NbdServer(VolatileDisk disk, Path socket, ServerSocketChannel listener) {
        this.disk = disk;
        this.socket = socket;
        this.listener = listener;
    }

    public Path socket() {
        return socket;
    }

    private void acceptAll() {
        while (listener.isOpen()) {
            try {
                SocketChannel client = listener.accept();
                if (!room.tryAcquire()) {
                    client.close();
                    continue;
                }
                var thread = Thread.ofVirtual().name("nbd client").unstarted(() -> serve(client));
                clients.put(client, thread);
                thread.start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            converse(client);
        } catch (NbdViolation violation) {
            LOG.log(System.Logger.Level.WARNING, violation.getMessage());
        } catch (EOFException gone) {
            LOG.log(System.Logger.Level.DEBUG, "NBD client left: " + gone.getMessage());
        } catch (IOException broken) {
            LOG.log(System.Logger.Level.DEBUG, "NBD client broke off: " + broken.getMessage());
        } finally {
            clients.remove(client);
            room.release();
        }
    }

    private void converse(SocketChannel client) throws IOException {
        InputStream in = Channels.newInputStream(client);
        try {
            new NbdConversation(disk, in, Channels.newOutputStream(client)).hold();
        } catch (PowerIsOff off) {
            // a dead drive says nothing, not even that it is dead
            in.transferTo(OutputStream.nullOutputStream());
        }
    }

    /// Hangs up on every client and returns when what they sent before is dealt with.
    void hangUp() throws IOException {
        for (var client : Map.copyOf(clients).entrySet()) {
            client.getKey().close();
            try {
                client.getValue().join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while hanging up", interrupted);
            }
        }
    }

    /// Hangs up on every client; the disk stays open.
    @Override
    public void close() throws IOException {
        listener.close();
        hangUp();
        Files.deleteIfExists(socket);
    }
}

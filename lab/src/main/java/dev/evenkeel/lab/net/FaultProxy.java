// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Listens in a server's place and carries each connection to it, over a network as bad as the
/// [Fault]s say. One virtual thread per direction of a connection.
///
/// Buffers are kept small on purpose: what the server thinks it has sent and the device never got
/// is no more than on a real slow link.
public final class FaultProxy implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    static final int SOCKET_BUFFER_BYTES = 8 << 10;

    private final ServerSocket listening;
    private final InetSocketAddress to;
    private final long seed;
    private final Consumer<String> log;
    private final long startedNanos = System.nanoTime();
    private final AtomicLong opened = new AtomicLong();
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    private final Portals portals = new Portals();
    private volatile List<Fault> faults;

    final Pace toDevice = new Pace();
    final Pace toServer = new Pace();
    final LongAdder bytesToDevice = new LongAdder();
    final LongAdder bytesToServer = new LongAdder();
    final LongAdder bytesOfBrokenRecords = new LongAdder();
    final LongAdder cuts = new LongAdder();

    private FaultProxy(
            ServerSocket listening,
            InetSocketAddress to,
            List<Fault> faults,
            long seed,
            Consumer<String> log) {
        this.listening = listening;
        this.to = to;
        this.faults = List.copyOf(faults);
        this.seed = seed;
        this.log = log;
    }

    /// What crossed the link until now.
    ///
    /// @param cuts connections that a fault ended
    /// @param bytesOfBrokenRecords what the device got of TLS records that a cut left unfinished:
    ///   it could use none of it
    public record Traffic(
            long connections,
            long cuts,
            long bytesToDevice,
            long bytesToServer,
            long bytesOfBrokenRecords) {}

    /// Listens at `at` (port 0 for any free one) and carries to `to`.
    ///
    /// @param log gets a line for everything that happens
    public static FaultProxy start(
            InetSocketAddress at,
            InetSocketAddress to,
            List<Fault> faults,
            long seed,
            Consumer<String> log)
            throws IOException {
        var socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(at);
        var proxy = new FaultProxy(socket, to, faults, seed, log);
        Thread.ofVirtual().name("proxy-accept").start(proxy::accept);
        Thread.ofVirtual().name("proxy-cut").start(proxy::cutAgainAndAgain);
        proxy.say("carries " + socket.getLocalSocketAddress() + " to " + to + ", seed " + seed);
        return proxy;
    }

    public int port() {
        return listening.getLocalPort();
    }

    public List<Fault> faults() {
        return faults;
    }

    /// From now on the network is like this, for open connections too.
    public void set(List<Fault> changed) {
        faults = List.copyOf(changed);
        say(changed.isEmpty() ? "the network is good" : "the network has " + changed);
    }

    /// As [#set], and open connections do not survive the change: the device went to another
    /// network.
    public void replace(List<Fault> changed) {
        set(changed);
        cut();
    }

    /// Resets all connections.
    public void cut() {
        for (ProxiedConnection connection : connections) connection.reset("cut");
    }

    public Traffic traffic() {
        return new Traffic(
                opened.get(),
                cuts.sum(),
                bytesToDevice.sum(),
                bytesToServer.sum(),
                bytesOfBrokenRecords.sum());
    }

    /// The fault of this kind that holds now.
    <F extends Fault> Optional<F> now(Class<F> kind) {
        return faults.stream().filter(kind::isInstance).map(kind::cast).findFirst();
    }

    void say(String what) {
        double seconds = (System.nanoTime() - startedNanos) / 1e9;
        log.accept(String.format(Locale.ROOT, "%9.3f s  %s", seconds, what));
    }

    void forget(ProxiedConnection connection) {
        connections.remove(connection);
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                serve(listening.accept());
            } catch (IOException closed) {
                if (!listening.isClosed()) say("cannot accept: " + closed.getMessage());
            }
        }
    }

    private void serve(Socket device) throws IOException {
        long number = opened.incrementAndGet();
        device.setTcpNoDelay(true);
        device.setSendBufferSize(SOCKET_BUFFER_BYTES);
        RandomGenerator random = RandomGeneratorFactory.getDefault().create(seed * 31 + number);
        var connection = new ProxiedConnection(this, number, device, random);
        connections.add(connection);
        Thread.ofVirtual().name("proxy-" + number).start(() -> carry(connection, device));
    }

    private void carry(ProxiedConnection connection, Socket device) {
        try {
            if (now(Fault.Refuse.class).isPresent()) connection.reset("refused");
            else if (now(Fault.HalfOpen.class).isPresent()) connection.staySilent();
            else if (now(Fault.Portal.class).isPresent()) {
                say("#" + connection.number() + " answered by a captive portal");
                portals.answer(device, now(Fault.Portal.class).get());
                connection.end();
            } else connection.carry(connected());
        } catch (IOException broken) {
            connection.reset("broken: " + broken.getMessage());
        }
    }

    private Socket connected() throws IOException {
        var server = new Socket();
        server.setReceiveBufferSize(SOCKET_BUFFER_BYTES);
        server.setTcpNoDelay(true);
        server.connect(to, (int) CONNECT.toMillis());
        return server;
    }

    private void cutAgainAndAgain() {
        long lastCut = System.nanoTime();
        try {
            while (!listening.isClosed()) {
                Thread.sleep(Duration.ofMillis(10));
                long every = now(Fault.CutEvery.class).map(f -> f.time().toNanos()).orElse(0L);
                if (every == 0) lastCut = System.nanoTime();
                else if (System.nanoTime() - lastCut >= every) {
                    lastCut += every;
                    cut();
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (ProxiedConnection connection : connections) connection.end();
    }
}

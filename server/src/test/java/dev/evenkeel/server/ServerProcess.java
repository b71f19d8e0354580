// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A server in a process of its own, so that it can be killed.
public final class ServerProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader told;
    private final Writer orders;
    private final ServerFiles files;

    private ServerProcess(Process process, ServerFiles files) {
        this.process = process;
        this.told = process.inputReader(UTF_8);
        this.orders = process.outputWriter(UTF_8);
        this.files = files;
    }

    /// Starts a server and waits until it serves.
    public static ServerProcess start(Path data) throws IOException {
        ServerProcess server = launch(data, data, 0, Duration.ZERO, List.of());
        server.awaitServing();
        return server;
    }

    /// The same, and it makes deltas.
    public static ServerProcess startWithDeltas(Path data) throws IOException {
        ServerProcess server =
                launch(data, data, 0, Duration.ZERO, List.of("env", ProcessMain.DELTAS + "=1"));
        server.awaitServing();
        return server;
    }

    /// Begins to start a server.
    ///
    /// @param data its folder as the process sees it
    /// @param seenAt the same folder as the test sees it
    /// @param offset of its clock
    /// @param within a command that runs the process somewhere else; may be empty
    public static ServerProcess launch(
            Path data, Path seenAt, int port, Duration offset, List<String> within)
            throws IOException {
        var command = new ArrayList<>(within);
        command.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        "-Xmx256m",
                        "-XX:-UsePerfData",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ProcessMain.class.getName(),
                        data.toString(),
                        Integer.toString(port),
                        offset.toString()));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        return new ServerProcess(process, new ServerFiles(seenAt));
    }

    /// Waits until it serves; fails when it ends instead.
    public void awaitServing() throws IOException {
        if (!hears("serving")) throw new IOException("the server did not start");
    }

    /// Waits until it serves or gives up; whether it serves.
    public boolean servesOrEnds() throws IOException {
        return hears("serving");
    }

    /// Waits for a line that ends with `what`; false when the process ended without it.
    private boolean hears(String what) throws IOException {
        for (String line = told.readLine(); line != null; line = told.readLine()) {
            if (line.endsWith(what)) return true;
        }
        return false;
    }

    public void setClock(Duration offset) throws IOException {
        orders.write("clock " + offset + "\n");
        orders.flush();
        if (!hears("clock is set")) throw new IOException("the server ended");
    }

    public URI address() throws IOException {
        return URI.create(Files.readString(files.address()).strip());
    }

    public byte[] authority() throws IOException {
        try (var in = Files.newInputStream(files.authority())) {
            return CertificateFactory.getInstance("X.509").generateCertificate(in).getEncoded();
        } catch (CertificateException broken) {
            throw new IOException(broken);
        }
    }

    public Client operator() throws IOException {
        return new Client(address(), authority(), Files.readString(files.operatorToken()).strip());
    }

    /// The processes that it started and that run.
    public List<ProcessHandle> descendants() {
        return process.descendants().toList();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /// SIGKILL: nothing of it runs any more when this returns.
    public void kill() throws IOException {
        process.destroyForcibly();
        await();
    }

    /// SIGTERM, and waits for the end.
    public void stop() throws IOException {
        // not Process.destroy(), which would close its standard input too
        process.toHandle().destroy();
        await();
    }

    private void await() throws IOException {
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) throw new IOException("it does not end");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /// A port that is free now.
    public static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}

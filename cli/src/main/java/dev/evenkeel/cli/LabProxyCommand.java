// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.lab.net.Fault;
import dev.evenkeel.lab.net.FaultProxy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `evenkeel lab proxy`: a bad network between a device and its server.
@Command(
        name = "proxy",
        mixinStandardHelpOptions = true,
        description = {
            "Listens in a server's place and carries every connection to it over a bad network,"
                    + " until Ctrl-C. A device that was provisioned for the proxy's address notices"
                    + " nothing but the network.",
            "",
            "It is changed while it runs, by lines on its standard input: faults separated by"
                    + " spaces (these hold from now on), 'good' (none), 'cut' (reset all connections),"
                    + " 'traffic' (what was carried), 'quit'.",
            "",
            "Faults:",
            "  bandwidth=RATE         each direction, all connections together: 32kbit, 1mbit, or"
                    + " bytes a second",
            "  latency=TIME           every piece of data arrives later: 200ms, 2s",
            "  cut-every=TIME         all connections are reset, again and again",
            "  reset-after=BYTES      a connection is reset when the device got so much of it",
            "  truncate-after=BYTES   the same, but it ends in order",
            "  stall-after=BYTES      the same, but it stays open and silent",
            "  corrupt-every=BYTES    a bit flips, on average once in so many bytes",
            "  duplicate-every=BYTES  a piece of data arrives twice",
            "  garbage-every=BYTES    random bytes come in between",
            "  half-open              connections are accepted, and nothing is ever said",
            "  refuse                 connections are reset at once",
            "  portal                 a captive portal without TLS answers 200 with a page",
            "  tls-portal             the same with TLS and a certificate of its own"
        })
final class LabProxyCommand implements Callable<Integer> {
    @Mixin private Output output;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:0",
            description = "Where devices connect; port 0 for any (default: ${DEFAULT-VALUE}).")
    private String listen;

    @Option(
            names = "--to",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:8443",
            description = "The server (default: ${DEFAULT-VALUE}).")
    private String to;

    @Option(
            names = "--fault",
            paramLabel = "FAULT",
            description = "What is wrong from the start; may be given several times.")
    private List<String> faults = List.of();

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of what is random (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Override
    public Integer call() throws IOException {
        PrintWriter log = output.err();
        try (FaultProxy proxy =
                FaultProxy.start(
                        address(listen),
                        address(to),
                        faults.stream().map(Fault::parse).toList(),
                        seed,
                        line -> {
                            log.println(line);
                            log.flush();
                        })) {
            output.show(
                    JsonObject.of("port", proxy.port()).with("to", to),
                    () -> output.line("devices connect to port " + proxy.port()));
            obey(proxy);
            return 0;
        }
    }

    private void obey(FaultProxy proxy) throws IOException {
        var lines = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            switch (line.strip()) {
                case "" -> {}
                case "quit" -> {
                    return;
                }
                case "good" -> proxy.set(List.of());
                case "cut" -> proxy.cut();
                case "traffic" -> tell(proxy.traffic());
                default -> change(proxy, line.strip());
            }
        }
        stay();
    }

    private void change(FaultProxy proxy, String line) {
        try {
            proxy.set(Arrays.stream(line.split("\\s+", -1)).map(Fault::parse).toList());
        } catch (MalformedInput wrong) {
            output.err().println(wrong.getMessage());
            output.err().flush();
        }
    }

    private void tell(FaultProxy.Traffic traffic) {
        output.show(
                JsonObject.of("connections", traffic.connections())
                        .with("cut", traffic.cuts())
                        .with("bytes_to_device", traffic.bytesToDevice())
                        .with("bytes_to_server", traffic.bytesToServer()),
                () ->
                        output.line(
                                traffic.connections()
                                        + " connections, "
                                        + traffic.cuts()
                                        + " cut; "
                                        + Output.size(traffic.bytesToDevice())
                                        + " to the device, "
                                        + Output.size(traffic.bytesToServer())
                                        + " to the server"));
    }

    /// Its input has ended; it is ended from outside.
    private static void stay() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        if (colon < 1 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
            throw new MalformedInput("expected HOST:PORT, found '" + text + "'");
        }
        return new InetSocketAddress(
                text.substring(0, colon).replaceAll("[\\[\\]]", ""), Integer.parseInt(port));
    }
}

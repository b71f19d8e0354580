// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.server.delta.DeltaOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/// The main of a server process under test: what `evenkeel server` does, with a clock that is set
/// through standard input (`clock -PT87600H`). Ends when standard input does, so that it never
/// outlives its test.
final class ProcessMain {
    /// The variable by which it makes deltas.
    static final String DELTAS = "EVENKEEL_TEST_DELTAS";

    private ProcessMain() {}

    /// Takes the data folder, the port and the offset of the clock.
    public static void main(String[] arguments) throws Exception {
        var offset = new AtomicReference<>(Duration.parse(arguments[2]));
        var orders = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        Thread.ofPlatform().daemon().start(() -> obey(orders, offset));
        Server server =
                Server.start(
                        RunningServer.options(Path.of(arguments[0]))
                                .withListen("127.0.0.1", Integer.parseInt(arguments[1]))
                                .withDeltas(
                                        DeltaOptions.DEFAULT.withEnabled(
                                                System.getenv(DELTAS) != null)),
                        () -> Instant.now().plus(offset.get()),
                        ServerLimits.DEFAULT);
        System.out.println("serving");
        server.serveUntilStopped();
    }

    private static void obey(BufferedReader orders, AtomicReference<Duration> offset) {
        try {
            for (String line = orders.readLine(); line != null; line = orders.readLine()) {
                offset.set(Duration.parse(line.substring("clock ".length())));
                System.out.println("clock is set");
            }
        } catch (IOException gone) {
            // as good as the end
        }
        Runtime.getRuntime().halt(0);
    }
}

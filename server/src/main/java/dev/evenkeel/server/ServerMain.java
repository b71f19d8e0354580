// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.FleetId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// The server as a process of its own. `evenkeel server` of the CLI takes the same options.
public final class ServerMain {
    private static final String USAGE =
            """
            usage: --data FOLDER [--fleet NAME] [--listen HOST:PORT] [--host-name NAME]...
                   [--poll-seconds N]
            """;

    private ServerMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        ServerOptions options;
        try {
            options = parse(List.of(arguments));
        } catch (RuntimeException wrong) {
            System.err.println(wrong.getMessage());
            System.err.print(USAGE);
            System.exit(2);
            return;
        }
        try {
            Server server = Server.start(options);
            var stopped = new CountDownLatch(1);
            Runtime.getRuntime()
                    .addShutdownHook(
                            new Thread(
                                    () -> {
                                        server.close();
                                        stopped.countDown();
                                    },
                                    "stop"));
            greet(server);
            stopped.await();
        } catch (IOException | RuntimeException fault) {
            System.err.println("the server cannot start: " + fault.getMessage());
            System.exit(1);
        }
    }

    /// What an operator needs at the first start.
    static void greet(Server server) {
        System.out.println("console and API:   " + server.address());
        System.out.println("operator token:    " + server.operatorToken());
        System.out.println("server authority:  " + server.certificateFile());
        if (server.isDevelopment()) {
            System.out.println(
                    "DEV: releases are signed with development keys that were made at the first"
                            + " start; they guard nothing.");
        }
        System.out.flush();
    }

    static ServerOptions parse(List<String> arguments) {
        ServerOptions options = ServerOptions.in(Path.of("evenkeel-data"));
        var names = new ArrayList<String>();
        boolean hasData = false;
        for (int i = 0; i < arguments.size(); i += 2) {
            String option = arguments.get(i);
            if (i + 1 == arguments.size()) {
                throw new IllegalArgumentException(option + ": its value is missing");
            }
            String value = arguments.get(i + 1);
            switch (option) {
                case "--data" -> {
                    options = options.withData(Path.of(value));
                    hasData = true;
                }
                case "--fleet" -> options = options.withFleet(new FleetId(value));
                case "--listen" -> options = listen(options, value);
                case "--host-name" -> names.add(value);
                case "--poll-seconds" -> options = options.withPollSeconds(number(option, value));
                default -> throw new IllegalArgumentException("unknown option: " + option);
            }
        }
        if (!hasData) throw new IllegalArgumentException("--data is missing");
        return options.withHostNames(names);
    }

    private static ServerOptions listen(ServerOptions options, String value) {
        int colon = value.lastIndexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException("--listen: expected HOST:PORT, found " + value);
        }
        return options.withListen(
                value.substring(0, colon), number("--listen", value.substring(colon + 1)));
    }

    private static int number(String option, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException wrong) {
            throw new IllegalArgumentException(
                    option + ": expected a number, found " + value, wrong);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.fleet.Retention;
import dev.evenkeel.server.Server;
import dev.evenkeel.server.ServerFiles;
import dev.evenkeel.server.ServerOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `evenkeel server`: runs until it is told to stop.
@Command(
        name = "server",
        mixinStandardHelpOptions = true,
        description = {
            "Serves devices, operators and the console, over TLS, from one folder.",
            "",
            "Listens on loopback until told otherwise. The first start makes keys, a certificate and the operator token. Stops cleanly on Ctrl-C and starts again where it was."
        })
final class ServerCommand implements Runnable {
    @Mixin private Output output;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Where everything is kept (default: EVENKEEL_DATA, else ~/.local/share/evenkeel).")
    private @Nullable Path data;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Address to listen at (default: ${DEFAULT-VALUE}).")
    private String listen;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8443",
            description = "Port; 0 takes any free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--fleet",
            paramLabel = "NAME",
            defaultValue = "default",
            description = "The fleet, told once at the first start (default: ${DEFAULT-VALUE}).")
    private String fleet;

    @Option(
            names = "--host-name",
            paramLabel = "NAME",
            description =
                    "A further name or address of this server for its certificate; may be repeated.")
    private @Nullable List<String> hostNames;

    @Option(
            names = "--poll-seconds",
            paramLabel = "N",
            defaultValue = "30",
            description = "How often devices check in (default: ${DEFAULT-VALUE}).")
    private int pollSeconds;

    @Option(
            names = "--keep-reports",
            paramLabel = "N",
            defaultValue = "100",
            description =
                    "Newest boot reports to keep of each device, besides those that prove what an update came to (default: ${DEFAULT-VALUE}).")
    private int keepReports;

    @Option(
            names = "--keep-days",
            paramLabel = "N",
            defaultValue = "400",
            description =
                    "Days to keep boot reports that prove nothing, events and expired enrolment tokens (default: ${DEFAULT-VALUE}).")
    private int keepDays;

    @Override
    public void run() {
        Path folder = ServerAccess.dataFolder(data);
        ServerOptions options =
                ServerOptions.in(folder)
                        .withListen(listen, port)
                        .withFleet(new FleetId(fleet))
                        .withHostNames(hostNames == null ? List.of() : hostNames)
                        .withPollSeconds(pollSeconds)
                        .withRetention(
                                new Retention(
                                        keepReports,
                                        Retention.DEFAULT.events(),
                                        Duration.ofDays(keepDays)));
        try {
            Server server = Server.start(options);
            greet(server, new ServerFiles(folder));
            server.serveUntilStopped();
        } catch (IOException broken) {
            throw CommandFault.refused("the server cannot start: " + broken.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void greet(Server server, ServerFiles files) {
        JsonObject json =
                JsonObject.of("address", server.address().toString())
                        .with("data", files.folder().toString())
                        .with("token_file", files.operatorToken().toString())
                        .with("certificate", server.certificateFile().toString())
                        .with("development_keys", server.isDevelopment());
        output.show(
                json,
                () -> {
                    output.line("Console and API   " + server.address());
                    output.line("Operator token    " + server.operatorToken());
                    output.line("                  (also in " + files.operatorToken() + ")");
                    output.line("Authority         " + server.certificateFile());
                    if (server.isDevelopment()) {
                        output.line(
                                "DEV               releases are signed with development keys made at the first start; they guard nothing");
                    }
                    output.line("Stop with Ctrl-C.");
                });
    }
}

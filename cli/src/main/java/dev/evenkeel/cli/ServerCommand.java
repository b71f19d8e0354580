// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.content.delta.DeltaMaker;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.message.ContentMirror;
import dev.evenkeel.fleet.Retention;
import dev.evenkeel.server.JoiningOptions;
import dev.evenkeel.server.Server;
import dev.evenkeel.server.ServerFiles;
import dev.evenkeel.server.ServerOptions;
import dev.evenkeel.server.delta.DeltaOptions;
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
            names = "--content-mirror",
            paramLabel = "URL",
            description =
                    "Where a copy of repository/ can be read; devices fetch content there first and fall back to the server. May be repeated, the preferred one first.")
    private @Nullable List<String> contentMirrors;

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

    @Option(
            names = "--certificate-days",
            paramLabel = "N",
            defaultValue = "30",
            description =
                    "How long a device's certificate is good; it renews itself at two thirds (default: ${DEFAULT-VALUE}).")
    private int certificateDays;

    @Option(
            names = "--no-approvals",
            description =
                    "Devices without token, factory certificate or expected key are refused instead of waiting for somebody.")
    private boolean noApprovals;

    @Option(
            names = "--device-ca",
            paramLabel = "FILE",
            description =
                    "Your own authority for devices (PEM chain, the issuing one first), with --device-ca-key or --device-ca-pkcs11.")
    private @Nullable Path deviceAuthority;

    @Option(names = "--device-ca-key", paramLabel = "FILE", description = "Its key (PEM, PKCS#8).")
    private @Nullable Path deviceAuthorityKey;

    @Option(
            names = "--device-ca-pkcs11",
            paramLabel = "FILE",
            description =
                    "Its key is in a token: Java's PKCS#11 configuration (name, library, slot); PIN in EVENKEEL_DEVICE_CA_PIN.")
    private @Nullable Path deviceAuthorityToken;

    @Option(
            names = "--tls-certificate",
            paramLabel = "FILE",
            description =
                    "What browsers and operators are shown (PEM chain), with --tls-key; read again when it changes.")
    private @Nullable Path tlsCertificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "Its key (PEM, PKCS#8).")
    private @Nullable Path tlsKey;

    @Option(
            names = "--no-deltas",
            description = "No deltas are made; those that are there are still served.")
    private boolean noDeltas;

    @Option(
            names = "--delta-memory",
            paramLabel = "BYTES",
            converter = ByteSize.class,
            defaultValue = DeltaCommand.USUAL_MEMORY,
            description =
                    "What applying a delta may take on a device: 24M to 64M (default: ${DEFAULT-VALUE}).")
    private long deltaMemory;

    private DeltaOptions deltas() {
        if (deltaMemory < DeltaMaker.SMALLEST_MEMORY_BYTES) {
            throw CommandFault.refused(
                    "--delta-memory: expected at least "
                            + DeltaMaker.SMALLEST_MEMORY_BYTES
                            + " bytes, found "
                            + deltaMemory);
        }
        return DeltaOptions.DEFAULT.withEnabled(!noDeltas).withMemoryBytes(deltaMemory);
    }

    private List<ContentMirror> mirrors() {
        List<String> named = contentMirrors == null ? List.of() : contentMirrors;
        if (named.size() > ContentMirror.MOST) {
            throw CommandFault.refused(
                    "--content-mirror: expected at most "
                            + ContentMirror.MOST
                            + ", found "
                            + named.size());
        }
        try {
            return named.stream().map(ContentMirror::parse).toList();
        } catch (MalformedInput wrong) {
            throw CommandFault.refused("--content-mirror: " + wrong.getMessage());
        }
    }

    private JoiningOptions joining() {
        JoiningOptions options =
                JoiningOptions.DEFAULT
                        .withCertificateLife(Duration.ofDays(certificateDays))
                        .withApprovals(!noApprovals);
        if (deviceAuthority == null) {
            if (deviceAuthorityKey == null && deviceAuthorityToken == null) return options;
            throw CommandFault.refused("a key of an authority needs --device-ca FILE");
        }
        if (deviceAuthorityToken != null) {
            return options.withAuthority(
                    new JoiningOptions.Authority.InToken(deviceAuthority, deviceAuthorityToken));
        }
        if (deviceAuthorityKey != null) {
            return options.withAuthority(
                    new JoiningOptions.Authority.InFiles(deviceAuthority, deviceAuthorityKey));
        }
        throw CommandFault.refused(
                "--device-ca needs --device-ca-key FILE or --device-ca-pkcs11 FILE");
    }

    private ServerOptions withCertificate(ServerOptions options) {
        if (tlsCertificate == null && tlsKey == null) return options;
        if (tlsCertificate == null || tlsKey == null) {
            throw CommandFault.refused("--tls-certificate and --tls-key belong together");
        }
        return options.withCertificate(new ServerOptions.CertificateFiles(tlsCertificate, tlsKey));
    }

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
                                        Duration.ofDays(keepDays)))
                        .withJoining(joining())
                        .withDeltas(deltas())
                        .withMirrors(mirrors());
        try {
            Server server = Server.start(withCertificate(options));
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

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.message.ContentMirror;
import dev.evenkeel.fleet.Retention;
import dev.evenkeel.server.delta.DeltaOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// How a server is run.
///
/// @param data its folder; made at the first start
/// @param listen address to listen at; loopback until told otherwise
/// @param port 0 for any free one
/// @param hostNames further names and addresses under which devices and operators reach it; they
///   come into its certificate
/// @param channels of a new repository
/// @param retention how much of the past it keeps
/// @param joining how devices come in
/// @param certificate what people are shown instead of a certificate by the server's own authority
/// @param deltas whether and how it makes deltas
/// @param mirrors where devices may read content too, the preferred one first
public record ServerOptions(
        Path data,
        FleetId fleet,
        String listen,
        int port,
        List<String> hostNames,
        List<Channel> channels,
        int pollSeconds,
        Retention retention,
        JoiningOptions joining,
        Optional<CertificateFiles> certificate,
        DeltaOptions deltas,
        List<ContentMirror> mirrors) {
    /// A certificate that people know the server by, and its key, PEM; read again when they change.
    public record CertificateFiles(Path chain, Path key) {}

    public static final int DEFAULT_PORT = 8443;

    public ServerOptions {
        hostNames = List.copyOf(hostNames);
        channels = List.copyOf(channels);
        mirrors = List.copyOf(mirrors);
        if (mirrors.size() > ContentMirror.MOST) {
            throw new IllegalArgumentException(
                    "content mirrors: expected at most "
                            + ContentMirror.MOST
                            + ", found "
                            + mirrors.size());
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port: expected 0 to 65535, found " + port);
        }
    }

    /// A server on loopback with the defaults, its data in `data`.
    public static ServerOptions in(Path data) {
        return new ServerOptions(
                data,
                new FleetId("default"),
                "127.0.0.1",
                DEFAULT_PORT,
                List.of(),
                List.of(new Channel("dev"), new Channel("test"), new Channel("prod")),
                30,
                Retention.DEFAULT,
                JoiningOptions.DEFAULT,
                Optional.empty(),
                DeltaOptions.DEFAULT,
                List.of());
    }

    public ServerOptions withData(Path folder) {
        return with(draft -> draft.data = folder);
    }

    public ServerOptions withFleet(FleetId other) {
        return with(draft -> draft.fleet = other);
    }

    public ServerOptions withListen(String host, int otherPort) {
        return with(draft -> {
            draft.listen = host;
            draft.port = otherPort;
        });
    }

    public ServerOptions withHostNames(List<String> names) {
        return with(draft -> draft.hostNames = names);
    }

    public ServerOptions withPollSeconds(int seconds) {
        return with(draft -> draft.pollSeconds = seconds);
    }

    public ServerOptions withRetention(Retention other) {
        return with(draft -> draft.retention = other);
    }

    public ServerOptions withJoining(JoiningOptions other) {
        return with(draft -> draft.joining = other);
    }

    public ServerOptions withCertificate(CertificateFiles other) {
        return with(draft -> draft.certificate = Optional.of(other));
    }

    public ServerOptions withDeltas(DeltaOptions other) {
        return with(draft -> draft.deltas = other);
    }

    public ServerOptions withMirrors(List<ContentMirror> others) {
        return with(draft -> draft.mirrors = others);
    }

    private ServerOptions with(Consumer<Draft> change) {
        var draft = new Draft(this);
        change.accept(draft);
        return draft.options();
    }

    /// Options of which some change.
    private static final class Draft {
        private Path data;
        private FleetId fleet;
        private String listen;
        private int port;
        private List<String> hostNames;
        private final List<Channel> channels;
        private int pollSeconds;
        private Retention retention;
        private JoiningOptions joining;
        private Optional<CertificateFiles> certificate;
        private DeltaOptions deltas;
        private List<ContentMirror> mirrors;

        Draft(ServerOptions from) {
            data = from.data;
            fleet = from.fleet;
            listen = from.listen;
            port = from.port;
            hostNames = from.hostNames;
            channels = from.channels;
            pollSeconds = from.pollSeconds;
            retention = from.retention;
            joining = from.joining;
            certificate = from.certificate;
            deltas = from.deltas;
            mirrors = from.mirrors;
        }

        ServerOptions options() {
            return new ServerOptions(
                    data,
                    fleet,
                    listen,
                    port,
                    hostNames,
                    channels,
                    pollSeconds,
                    retention,
                    joining,
                    certificate,
                    deltas,
                    mirrors);
        }
    }
}

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
        return new ServerOptions(
                folder,
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

    public ServerOptions withFleet(FleetId other) {
        return new ServerOptions(
                data,
                other,
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

    public ServerOptions withListen(String host, int otherPort) {
        return new ServerOptions(
                data,
                fleet,
                host,
                otherPort,
                hostNames,
                channels,
                pollSeconds,
                retention,
                joining,
                certificate,
                deltas,
                mirrors);
    }

    public ServerOptions withHostNames(List<String> names) {
        return new ServerOptions(
                data,
                fleet,
                listen,
                port,
                names,
                channels,
                pollSeconds,
                retention,
                joining,
                certificate,
                deltas,
                mirrors);
    }

    public ServerOptions withPollSeconds(int seconds) {
        return new ServerOptions(
                data,
                fleet,
                listen,
                port,
                hostNames,
                channels,
                seconds,
                retention,
                joining,
                certificate,
                deltas,
                mirrors);
    }

    public ServerOptions withRetention(Retention other) {
        return new ServerOptions(
                data,
                fleet,
                listen,
                port,
                hostNames,
                channels,
                pollSeconds,
                other,
                joining,
                certificate,
                deltas,
                mirrors);
    }

    public ServerOptions withJoining(JoiningOptions other) {
        return new ServerOptions(
                data,
                fleet,
                listen,
                port,
                hostNames,
                channels,
                pollSeconds,
                retention,
                other,
                certificate,
                deltas,
                mirrors);
    }

    public ServerOptions withCertificate(CertificateFiles other) {
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
                Optional.of(other),
                deltas,
                mirrors);
    }

    public ServerOptions withDeltas(DeltaOptions other) {
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
                other,
                mirrors);
    }

    public ServerOptions withMirrors(List<ContentMirror> others) {
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
                others);
    }
}

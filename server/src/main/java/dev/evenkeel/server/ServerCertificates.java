// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the server shows in TLS, and may be exchanged while it runs: devices always see the
/// certificate of the server's own authority, which is the one that they pin; people see the
/// operator's, where there is one. Whoever renews a certificate writes its files, and new
/// connections see it within seconds; files that do not fit each other change nothing.
final class ServerCertificates {
    private static final Logger LOG = LoggerFactory.getLogger(ServerCertificates.class);

    private final TlsIdentity own;
    private final Optional<ServerOptions.CertificateFiles> files;
    private volatile Loaded toDevices;
    private volatile Loaded toPeople;

    private record Loaded(ServerTls.Shown shown, List<FileTime> times) {}

    ServerCertificates(TlsIdentity own, Optional<ServerOptions.CertificateFiles> files)
            throws IOException {
        this.own = own;
        this.files = files;
        this.toDevices = load(own.certificateFile(), own.keyFile());
        this.toPeople =
                files.isPresent() ? load(files.get().chain(), files.get().key()) : toDevices;
    }

    ServerTls.Shown toDevices() {
        return toDevices.shown();
    }

    ServerTls.Shown toPeople() {
        return toPeople.shown();
    }

    /// Takes up what was exchanged.
    void reload() {
        toDevices = fresh(toDevices, own.certificateFile(), own.keyFile());
        toPeople = files.map(f -> fresh(toPeople, f.chain(), f.key())).orElse(toDevices);
    }

    private static Loaded fresh(Loaded present, Path chain, Path key) {
        try {
            if (times(chain, key).equals(present.times())) return present;
            Loaded next = load(chain, key);
            LOG.info("{} was exchanged and is shown from now on", chain);
            return next;
        } catch (IOException unusable) {
            LOG.warn("the certificate stays as it was: {}", unusable.getMessage());
            return present;
        }
    }

    private static Loaded load(Path chain, Path key) throws IOException {
        List<FileTime> times = times(chain, key);
        var certificates = Pem.certificates(chain);
        var shown = new ServerTls.Shown(Pem.key(key, certificates.getFirst()), certificates);
        if (!Pem.belongTogether(shown.key(), certificates.getFirst())) {
            throw new IOException(key + " is not the key of the first certificate in " + chain);
        }
        return new Loaded(shown, times);
    }

    private static List<FileTime> times(Path chain, Path key) throws IOException {
        return List.of(Files.getLastModifiedTime(chain), Files.getLastModifiedTime(key));
    }
}

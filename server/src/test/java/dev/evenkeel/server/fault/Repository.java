// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.fault;

import dev.evenkeel.content.ContentFolder;
import dev.evenkeel.server.Client;
import dev.evenkeel.server.RememberedTrust;
import dev.evenkeel.trust.MetadataSource;
import dev.evenkeel.trust.TrustException;
import dev.evenkeel.trust.TrustedTargets;
import dev.evenkeel.trust.TufClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/// What the server serves and keeps, seen by a device that has followed it from the first day: a
/// metadata version that goes back, a signature that expired or a byte that is missing shows here.
final class Repository {
    private final Ledger ledger;
    private final Path data;
    private final TufClient device;

    /// @param data the server's folder
    /// @param member whose credential fetches the metadata
    Repository(Ledger ledger, Path data, Member member, byte[] root) {
        this.ledger = ledger;
        this.data = data;
        MetadataSource source =
                (file, _) -> {
                    var response =
                            member.calls(() ->
                                    member.agent.client.get("/content/v1/home/metadata/" + file));
                    return switch (response.statusCode()) {
                        case 200 -> Optional.of(response.body());
                        case 404 -> Optional.empty();
                        default -> throw new IOException(file + ": " + Client.text(response));
                    };
                };
        this.device = new TufClient(new RememberedTrust(root), source);
    }

    /// The metadata lead to every published release.
    void checkMetadata() throws IOException {
        try {
            TrustedTargets targets = device.refresh(Instant.now());
            for (Publication release : ledger.published.values()) {
                boolean isThere =
                        targets.find(release.targetName())
                                .filter(file -> file.digest().equals(release.manifest()))
                                .isPresent();
                ledger.check(isThere, "no device finds release " + release.version());
            }
        } catch (TrustException untrusted) {
            ledger.check(false, "a device refuses the metadata: " + untrusted.getMessage());
        }
    }

    /// Every byte on the disk.
    void checkDisk() throws IOException {
        ContentFolder.Check content = ContentFolder.open(data.resolve("repository")).check();
        ledger.check(content.isSound(), "the repository is broken: " + content.problems());
        try (Stream<Path> left = Files.list(data.resolve("incoming"))) {
            ledger.check(
                    left.allMatch(file -> file.getFileName().toString().startsWith(".vertx")),
                    "uploads were left behind");
        }
        String url = "jdbc:sqlite:" + data.resolve("evenkeel.db");
        try (Connection database = DriverManager.getConnection(url);
                var statement = database.createStatement();
                var result = statement.executeQuery("PRAGMA integrity_check")) {
            String verdict = result.next() ? result.getString(1) : "nothing";
            ledger.check(verdict.equals("ok"), "the database is broken: " + verdict);
        } catch (SQLException broken) {
            throw new IOException(broken);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.content.ContentFolder;
import dev.evenkeel.fleet.Fleet;
import dev.evenkeel.fleet.FleetOptions;
import dev.evenkeel.fleet.sql.SqliteFleets;
import dev.evenkeel.trust.MetadataPublisher;
import dev.evenkeel.trust.SigningKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/// What a server is made of, but for its web: opened from its data folder, top to bottom.
///
/// @param life of the certificates that devices get
record ServerParts(
        DataFolder data,
        String operatorToken,
        TlsIdentity tls,
        DeviceAuthority authority,
        SigningKeys keys,
        MetadataPublisher metadata,
        ContentFolder content,
        SqliteFleets database,
        Fleet fleet,
        Publishing publishing,
        Duration life,
        Time time) {
    /// The time that a server lives in.
    ///
    /// @param stopwatchNanos goes on evenly, whatever happens to the clock
    record Time(InstantSource clock, LongSupplier stopwatchNanos) {
        static final Time OF_THIS_MACHINE = by(Clock.systemUTC());

        static Time by(InstantSource clock) {
            return new Time(clock, System::nanoTime);
        }
    }

    /// Opens all parts, or none.
    ///
    /// @param opened what the caller has to close, in the other direction, also when this throws
    static ServerParts open(ServerOptions options, Time time, List<AutoCloseable> opened)
            throws IOException {
        DataFolder data = DataFolder.open(options.data());
        opened.add(data);
        String operatorToken = data.operatorToken(options.fleet());
        TlsIdentity tls = TlsIdentity.open(data.tls(), names(options));
        DeviceAuthority authority =
                DeviceAuthority.open(
                        options.joining().authority(),
                        data.deviceAuthority(),
                        options.fleet().text());

        SigningKeys keys = keys(data, options);
        InstantSource clock = time.clock();
        var metadata = new MetadataPublisher(data.repository(), keys);
        if (!metadata.isInitialised()) {
            metadata.initialise(options.fleet(), options.channels(), clock.instant());
        }
        metadata.finishAccepted(clock.instant());
        ContentFolder content = ContentFolder.open(data.repository());

        SqliteFleets database = SqliteFleets.open(data.database());
        opened.add(database);
        Fleet fleet =
                Fleet.open(
                        options.fleet(),
                        database.repository(options.fleet()),
                        FleetOptions.DEFAULT
                                .withPollSeconds(options.pollSeconds())
                                .withRetention(options.retention())
                                .withApprovals(options.joining().approvals()),
                        clock,
                        time.stopwatchNanos(),
                        new SecureRandom());
        var publishing = new Publishing(fleet, content, metadata, clock, data.repository());
        var parts =
                new ServerParts(
                        data,
                        operatorToken,
                        tls,
                        authority,
                        keys,
                        metadata,
                        content,
                        database,
                        fleet,
                        publishing,
                        options.joining().certificateLife(),
                        time);
        parts.renew();
        return parts;
    }

    private static Set<String> names(ServerOptions options) {
        var names = new TreeSet<>(options.hostNames());
        if (!options.listen().equals("0.0.0.0") && !options.listen().equals("::")) {
            names.add(options.listen());
        }
        return names;
    }

    private static SigningKeys keys(DataFolder data, ServerOptions options) throws IOException {
        return Files.exists(data.keys())
                ? SigningKeys.open(data.keys())
                : SigningKeys.createDevelopment(data.keys(), options.channels());
    }

    /// Signs what ages with the keys that are here: with development keys all roles but the root.
    void renew() throws IOException {
        metadata.renewOffline(time.clock().instant());
        metadata.renewOnline(time.clock().instant());
    }
}

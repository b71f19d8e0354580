// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.fleet.FleetRepository;
import java.nio.file.Path;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/// A SQLite file and its connections: one, because SQLite has one writer and what a poll needs is
/// read from memory. Write-ahead log with a full sync at each commit, so that what was acknowledged
/// survives a power cut.
public final class SqliteFleets implements AutoCloseable {
    private static final int BUSY_MILLIS = 10_000;

    private final HikariDataSource connections;
    private final Jdbi jdbi;

    private SqliteFleets(HikariDataSource connections) {
        this.connections = connections;
        this.jdbi = Jdbi.create(connections);
    }

    /// Opens the file, makes it where it is missing, and brings its tables up to date.
    public static SqliteFleets open(Path file) {
        var settings = new SQLiteConfig();
        settings.setJournalMode(SQLiteConfig.JournalMode.WAL);
        settings.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        settings.setBusyTimeout(BUSY_MILLIS);
        settings.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        var source = new SQLiteDataSource(settings);
        source.setUrl("jdbc:sqlite:" + file);
        var pool = new HikariConfig();
        pool.setDataSource(source);
        pool.setMaximumPoolSize(1);
        pool.setPoolName("evenkeel-sqlite");
        var connections = new HikariDataSource(pool);
        try {
            Flyway.configure()
                    .dataSource(connections)
                    .locations("classpath:sql-migrations")
                    .load()
                    .migrate();
            return new SqliteFleets(connections);
        } catch (RuntimeException failed) {
            connections.close();
            throw failed;
        }
    }

    public FleetRepository repository(FleetId fleet) {
        return new SqlFleetRepository(jdbi, fleet);
    }

    @Override
    public void close() {
        connections.close();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.FleetId;
import dev.evenkeel.fleet.FleetChange;
import dev.evenkeel.fleet.FleetRepository;
import dev.evenkeel.fleet.FleetRepositoryContract;
import dev.evenkeel.fleet.Group;
import dev.evenkeel.fleet.GroupName;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteFleetsTest extends FleetRepositoryContract {
    private static final FleetId HOME = new FleetId("home");

    @TempDir Path folder;
    private @Nullable SqliteFleets fleets;

    @Override
    protected FleetRepository empty() {
        fleets = SqliteFleets.open(folder.resolve("fleet.db"));
        return fleets.repository(HOME);
    }

    @Override
    protected FleetRepository reopened() {
        close();
        return empty();
    }

    @AfterEach
    void close() {
        if (fleets != null) fleets.close();
        fleets = null;
    }

    @Test
    void a_fleet_sees_nothing_of_another_in_the_same_database() {
        FleetRepository home = empty();
        home.commit(List.of(new FleetChange.GroupKept(new Group(new GroupName("lab"), Set.of()))));
        try (var same = SqliteFleets.open(folder.resolve("fleet.db"))) {
            assertThat(same.repository(new FleetId("other")).load())
                    .isEqualTo(FleetRepository.Kept.NOTHING);
        }
    }
}

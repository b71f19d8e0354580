// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A short soak of a small fleet, with as many faults in its days as a long one has in weeks.
class SoakTest {
    @TempDir Path folder;

    private static final SoakOptions.Rates ROUGH =
            new SoakOptions.Rates(12, 8, 0.02, 3, 4, 3, 7, 0.5, 0.4);

    @Test
    void a_fleet_lives_for_days_with_faults_and_every_promise_holds() throws Exception {
        var said = new ArrayList<String>();
        var options = new SoakOptions(8, 3, 3, 900, ROUGH, folder);
        SoakResult result = new Soak(options, said::add).run();
        assertThat(said).hasSize(3);
        assertThat(result.broken()).isEmpty();
        JsonObject json = result.toJson();
        assertThat(json.integer("releases")).isEqualTo(5);
        assertThat(json.integer("bad_releases")).isPositive();
        assertThat(json.integer("updates")).isGreaterThan(8);
        assertThat(json.integer("rollbacks")).isPositive();
        assertThat(json.integer("power_cuts")).isGreaterThan(15);
        assertThat(json.integer("cuts_in_updates")).isPositive();
        assertThat(json.integer("link_faults")).isGreaterThan(40);
        assertThat(json.integer("server_restarts")).isPositive();
        assertThat(json.integer("audited")).isPositive();
        assertThat(json.integer("agent_state_bytes_max")).isBetween(1_000L, 200_000L);
        assertThat(result.picture()).startsWith("<svg").endsWith("</svg>\n");
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `bench/network` a hundred times as fast: as many bytes between two cuts as 32 kbit/s carry in a
/// minute.
class SlowLinkTest {
    private static final int TIMES = 100;

    @TempDir Path folder;

    @Test
    void over_a_slow_link_that_is_cut_each_minute_at_most_two_percent_arrive_twice()
            throws Exception {
        var link =
                new SlowLink(
                        4_000L * TIMES,
                        Duration.ofSeconds(60).dividedBy(TIMES),
                        2_000_000,
                        new HurriedClock(TIMES));
        SlowLink.Cost cost = link.run(folder, Duration.ofMinutes(3));
        assertThat(cost.needed()).isGreaterThan(1_800_000);
        assertThat(cost.traffic().cuts()).isGreaterThan(10);
        assertThat(cost.twicePercent()).as(cost.toJson().toString()).isLessThanOrEqualTo(2.0);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `bench/network`: an update in real time over 32 kbit/s with a cut each minute.
class NetworkBench {
    @TempDir Path folder;

    @Test
    void an_update_over_32_kbit_with_a_cut_each_minute() throws Exception {
        int payload = Integer.getInteger("bench.bytes", 4_000_000);
        var link = new SlowLink(4_000, Duration.ofSeconds(60), payload, Clock.ofThisMachine());
        SlowLink.Cost cost = link.run(folder, Duration.ofSeconds(payload / 1_000));
        System.out.println(cost.toJson());
        assertThat(cost.twicePercent()).isLessThanOrEqualTo(2.0);
    }
}

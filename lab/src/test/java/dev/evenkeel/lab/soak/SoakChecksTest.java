// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Slot;
import dev.evenkeel.core.message.Provisioning;
import dev.evenkeel.testkit.SimulatedDevice;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The soak's checks bite: what they are there for is noticed.
class SoakChecksTest {
    @TempDir Path folder;
    private final List<String> said = new ArrayList<>();
    private final SharedTime time = new SharedTime();
    private final Tally tally = new Tally(said::add);
    private SoakServer server;
    private SoakReleases releases;

    @BeforeEach
    void a_server_with_a_release() throws Exception {
        var options = new SoakOptions(1, 1, 1, 300, SoakOptions.Rates.DEFAULT, folder);
        server = new SoakServer(options, time, tally);
        server.open();
        releases = new SoakReleases(folder.resolve("builds"));
        releases.publish(releases.factory(), server);
    }

    @Test
    void a_server_that_keeps_its_word_is_not_blamed() throws Exception {
        server.stop(false);
        server.open();
        assertThat(tally.broken()).isEmpty();
        server.stop(true);
    }

    @Test
    void a_release_that_a_restarted_server_does_not_know_any_more_is_noticed() throws Exception {
        server.acknowledged().published("9.9");
        server.acknowledged().rollout("r-7", "running");
        server.stop(true);
        server.open();
        assertThat(tally.broken())
                .containsExactly(
                        "day 1, 00:00:00: after its restart the server has lost release 9.9",
                        "day 1, 00:00:00: after its restart the server has lost rollout r-7, which"
                                + " is running");
        assertThat(said).hasSize(2).allMatch(line -> line.startsWith("BROKEN "));
        server.stop(true);
    }

    @Test
    void a_chunk_that_comes_again_is_noticed_unless_it_was_lost() throws Exception {
        SoakRelease release = releases.factory();
        var provisioning = Provisioning.read(server.provision());
        var device =
                new SimulatedDevice(
                        releases.built(),
                        release.built,
                        provisioning,
                        1,
                        SimulatedDevice.PARTITION_BYTES);
        server.stop(true);
        String pack = release.packs().iterator().next();
        long end = 4 << 20;
        SoakRelease.Piece first = release.within(pack, 0, end).getFirst();
        long begin = release.begin(first);
        var arrivals = new Arrivals();
        // slot A holds the release, slot B nothing
        assertThat(arrivals.needless(release, device, Slot.A, pack, begin, end)).isEmpty();
        arrivals.came(pack, begin, end);
        assertThat(arrivals.needless(release, device, Slot.A, pack, begin, end)).contains(first);
        assertThat(arrivals.needless(release, device, Slot.B, pack, begin, end)).isEmpty();
        arrivals.came(pack, begin, end);
        assertThat(arrivals.needless(release, device, Slot.B, pack, begin, end)).isEmpty();
    }

    @Test
    void the_same_seed_wakes_the_same_parts_in_the_same_order() throws Exception {
        assertThat(order(7)).isEqualTo(order(7)).isNotEqualTo(order(8));
    }

    private static List<String> order(long seed) throws InterruptedException {
        var shared = new SharedTime();
        var order = new ArrayList<String>();
        for (int who = 0; who < 5; who++) {
            int name = who;
            var chance = new Chance(seed, who);
            shared.add(
                    "part " + who,
                    Duration.ZERO,
                    turn -> {
                        for (int i = 0; i < 20; i++) {
                            turn.sleep(chance.between(Duration.ofSeconds(1), Duration.ofHours(1)));
                            order.add(name + " at " + shared.now());
                        }
                    });
        }
        shared.run();
        assertThat(order).hasSize(100);
        return order;
    }
}

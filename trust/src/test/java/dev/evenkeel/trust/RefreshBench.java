// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import static dev.evenkeel.trust.RepositorySimulator.NOW;
import static dev.evenkeel.trust.RepositorySimulator.TARGET;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What the verdicts of a refresh cost, without a network or a disk. By hand: `./mvnw -q -pl trust
/// -am test -Dtest=RefreshBench -Dsurefire.failIfNoSpecifiedTests=false`
class RefreshBench {
    private static final int RUNS = 200;

    @Test
    void first_refresh_and_search_of_a_new_device() throws Exception {
        var repository = new RepositorySimulator();
        long best = Long.MAX_VALUE;
        long first = 0;
        for (int i = 0; i < RUNS; i++) {
            MemoryStore device = repository.newDevice();
            long before = System.nanoTime();
            assertThat(repository.client(device).refresh(NOW).find(TARGET)).isPresent();
            long took = System.nanoTime() - before;
            if (i == 0) first = took;
            best = Math.min(best, took);
        }
        System.out.printf(
                "refresh and search, five roles, Ed25519: first %.1f ms, best %.2f ms%n",
                first / 1e6, best / 1e6);
    }
}

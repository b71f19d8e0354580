// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.fault;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// What happens to the server in one round, drawn from the seed. Every round ends with a kill or an
/// orderly stop, and a start.
///
/// @param trouble before the end
/// @param calmMillis of load before the trouble
/// @param troubleMillis of load in the trouble
/// @param free bytes on the disk that is full
/// @param clock how far it jumps
/// @param end of the server
/// @param startKillMillis kills the next start once more, so long after it began; negative for no
record Weather(
        Trouble trouble,
        int calmMillis,
        int troubleMillis,
        long free,
        Duration clock,
        End end,
        int startKillMillis) {
    enum Trouble {
        NONE,
        /// The trouble begins in the moment in which a release is being published.
        IN_PUBLISH,
        FULL_DISK,
        /// Full, and wide again before the end.
        FULL_DISK_FOR_A_WHILE,
        CLOCK_JUMP
    }

    enum End {
        KILLED,
        STOPPED
    }

    private static final int MOST_JUMP_DAYS = 4 * 365;
    private static final int MOST_CALM_MILLIS = 350;

    static Weather draw(RandomGenerator random) {
        Trouble trouble = Trouble.values()[random.nextInt(Trouble.values().length)];
        int troubleMillis =
                switch (trouble) {
                    case NONE -> 0;
                    case IN_PUBLISH -> random.nextInt(120);
                    case FULL_DISK, FULL_DISK_FOR_A_WHILE, CLOCK_JUMP -> 80 + random.nextInt(170);
                };
        long hours = random.nextInt(24 * MOST_JUMP_DAYS);
        return new Weather(
                trouble,
                random.nextInt(MOST_CALM_MILLIS),
                troubleMillis,
                random.nextInt(4) << 12,
                Duration.ofHours(random.nextBoolean() ? hours : -hours),
                random.nextInt(8) == 0 ? End.STOPPED : End.KILLED,
                random.nextInt(6) == 0 ? 100 + random.nextInt(1_500) : -1);
    }
}

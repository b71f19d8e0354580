// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab.soak;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/// When what strikes one device, until the calm at the end.
final class Weather {
    private static final double WEEKS_OF_MONTH = 30.0 / 7;
    private static final Duration NEVER = Duration.ofDays(1_000_000);

    /// What may strike.
    enum Strike {
        /// The power goes at this moment.
        CUT,
        /// The power will go at an operation of the next update.
        CUT_IN_UPDATE,
        OUTAGE,
        ABSENCE,
        REBOOT,
        CLOCK_JUMP
    }

    private final SoakOptions.Rates rates;
    private final Chance chance;
    private final Duration calm;
    private final Map<Strike, Duration> next = new EnumMap<>(Strike.class);
    private Duration nextAt;

    /// @param calm when it ends
    Weather(SoakOptions.Rates rates, Chance chance, Duration from, Duration calm) {
        this.rates = rates;
        this.chance = chance;
        this.calm = calm;
        for (Strike strike : Strike.values()) draw(strike, from);
        this.nextAt = earliest().getValue();
    }

    private void draw(Strike strike, Duration from) {
        Duration at = from.plus(chance.untilNext(perWeek(strike)));
        next.put(strike, at.compareTo(calm) < 0 ? at : NEVER);
    }

    private double perWeek(Strike strike) {
        return switch (strike) {
            case CUT, CUT_IN_UPDATE -> rates.powerCuts() / 2;
            case OUTAGE -> rates.outages();
            case ABSENCE -> rates.absences() / WEEKS_OF_MONTH;
            case REBOOT -> rates.reboots();
            case CLOCK_JUMP -> rates.clockJumps();
        };
    }

    /// When the next one comes.
    Duration next() {
        return nextAt;
    }

    /// The next one; another of its kind will come.
    Strike take() {
        Map.Entry<Strike, Duration> taken = earliest();
        draw(taken.getKey(), taken.getValue());
        nextAt = earliest().getValue();
        return taken.getKey();
    }

    /// A device that is off is struck by nothing.
    void skipTo(Duration now) {
        while (next().compareTo(now) < 0) {
            Strike _ = take();
        }
    }

    private Map.Entry<Strike, Duration> earliest() {
        return next.entrySet().stream().min(Map.Entry.comparingByValue()).orElseThrow();
    }
}

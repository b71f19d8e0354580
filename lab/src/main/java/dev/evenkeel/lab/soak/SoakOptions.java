// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab.soak;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/// What a soak is made of.
///
/// @param folder for releases and the server's data; empty or not there yet
/// @param pollSeconds between two check-ins of a device
public record SoakOptions(
        int devices, int days, long seed, int pollSeconds, Rates rates, Path folder) {
    /// How often things go wrong, and how often something new comes. Rates are means; the moments
    /// are drawn from the seed.
    ///
    /// @param powerCuts of one device in a week; half of them hit a moment, half the n-th operation
    ///   of its disks
    /// @param outages of one device's link in a week, from a minute to half a day
    /// @param linkLoss share of requests that are lost, half of them after the server took them
    /// @param absences of one device in a month, one to five days each: switched off, or without a
    ///   network
    /// @param reboots in good order, of one device in a week
    /// @param clockJumps of one device's clock in a week, by hours to decades
    /// @param serverRestarts in a week; half of them without a chance to write what waits
    /// @param releaseEveryDays between two releases, from the first day on
    /// @param badReleases share of the releases that must not stay
    public record Rates(
            double powerCuts,
            double outages,
            double linkLoss,
            double absences,
            double reboots,
            double clockJumps,
            double serverRestarts,
            double releaseEveryDays,
            double badReleases) {
        public static final Rates DEFAULT = new Rates(2, 3, 0.005, 0.5, 1, 0.5, 5, 2, 0.3);

        public Rates {
            requireNotNegative("power cuts", powerCuts);
            requireNotNegative("outages", outages);
            requireNotNegative("absences", absences);
            requireNotNegative("reboots", reboots);
            requireNotNegative("clock jumps", clockJumps);
            requireNotNegative("server restarts", serverRestarts);
            requireShare("link loss", linkLoss);
            requireShare("bad releases", badReleases);
            if (releaseEveryDays < 0.25) {
                throw new IllegalArgumentException(
                        "days between releases: expected at least 0.25, found " + releaseEveryDays);
            }
        }

        private static void requireNotNegative(String what, double rate) {
            if (rate >= 0 && rate <= 1_000) return;
            throw new IllegalArgumentException(what + ": expected 0 to 1000, found " + rate);
        }

        private static void requireShare(String what, double share) {
            if (share >= 0 && share <= 0.9) return;
            throw new IllegalArgumentException(what + ": expected 0 to 0.9, found " + share);
        }
    }

    public SoakOptions {
        if (devices < 1 || days < 1) {
            throw new IllegalArgumentException(
                    "expected at least one device and one day, found " + devices + " and " + days);
        }
    }

    Duration end() {
        return Duration.ofDays(days);
    }

    /// The command that does it again.
    public String command() {
        return String.format(
                Locale.ROOT,
                "evenkeel lab soak --devices %d --days %d --seed %d --poll %d --power-cuts %s"
                        + " --outages %s --link-loss %s --absences %s --reboots %s --clock-jumps %s"
                        + " --server-restarts %s --release-every %s --bad-releases %s",
                devices,
                days,
                seed,
                pollSeconds,
                rates.powerCuts(),
                rates.outages(),
                rates.linkLoss(),
                rates.absences(),
                rates.reboots(),
                rates.clockJumps(),
                rates.serverRestarts(),
                rates.releaseEveryDays(),
                rates.badReleases());
    }
}

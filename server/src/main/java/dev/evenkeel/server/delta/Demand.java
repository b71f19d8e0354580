// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.delta;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.DeviceType;
import dev.evenkeel.fleet.DeviceStatus;
import dev.evenkeel.fleet.Release;
import dev.evenkeel.fleet.Rollout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Between which releases deltas are worth having. Pure: the fleet goes in, this comes out.
///
/// - *Made* are those from what devices run to what a running rollout brings them, and then those
///   from what devices run to the newest release of each channel, ahead of any rollout; the newest
///   releases first.
/// - *Kept*, where they are there, are those from what any device runs to any release that is
///   offered in a channel or brought by a running rollout; and all to a release that devices are
///   trying at the moment, since they may come back to what they ran.
///
/// @param wanted to be made, the most urgent first
/// @param kept not to be dropped; `wanted` is among them
record Demand(List<Step> wanted, Set<Step> kept) {
    /// From a release to another one of the same device type.
    ///
    /// @param forRollout no part of what it is
    record Step(Release from, Release to, boolean forRollout) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Step step
                    && from.manifest().equals(step.from.manifest())
                    && to.manifest().equals(step.to.manifest());
        }

        @Override
        public int hashCode() {
            return 31 * from.manifest().hashCode() + to.manifest().hashCode();
        }
    }

    private static final Comparator<Step> NEWEST_FIRST =
            Comparator.comparing((Step step) -> step.to().version())
                    .thenComparing(step -> step.from().version())
                    .reversed();

    Demand {
        wanted = List.copyOf(wanted);
        kept = Set.copyOf(kept);
    }

    /// @param devices all of the fleet
    /// @param releases newest first
    /// @param rollouts newest first
    static Demand of(List<DeviceStatus> devices, List<Release> releases, List<Rollout> rollouts) {
        List<Runner> runners = runners(devices, releases);
        Set<Step> wanted = new LinkedHashSet<>(forRollouts(runners, releases));
        wanted.addAll(ahead(runners, releases));
        Set<Step> kept = new HashSet<>(wanted);
        kept.addAll(kept(runners, releases, rollouts));
        return new Demand(List.copyOf(wanted), kept);
    }

    /// A device, and which of our releases it runs.
    private record Runner(DeviceStatus device, Release running) {
        boolean isTrying() {
            return device.running().orElseThrow().trial();
        }
    }

    private static List<Runner> runners(List<DeviceStatus> devices, List<Release> releases) {
        var runners = new ArrayList<Runner>();
        for (DeviceStatus device : devices) {
            if (device.device().revoked().isPresent()) continue;
            running(device, releases).ifPresent(run -> runners.add(new Runner(device, run)));
        }
        return runners;
    }

    private static Optional<Release> running(DeviceStatus device, List<Release> releases) {
        if (device.running().isEmpty()) return Optional.empty();
        return releases.stream()
                .filter(release ->
                        type(release).equals(device.device().type())
                                && release.release().isRunIn(device.running().get()))
                .findFirst();
    }

    private static List<Step> forRollouts(List<Runner> runners, List<Release> releases) {
        Set<Step> steps = new HashSet<>();
        for (Runner runner : runners) {
            if (runner.device().desired().isEmpty()) continue;
            Rollout rollout = runner.device().desired().get();
            find(releases, rollout)
                    .filter(to -> differ(runner.running(), to))
                    .ifPresent(to -> steps.add(new Step(runner.running(), to, true)));
        }
        return steps.stream().sorted(NEWEST_FIRST).toList();
    }

    private static List<Step> ahead(List<Runner> runners, List<Release> releases) {
        Set<Step> steps = new HashSet<>();
        for (Release to : newestOfChannels(releases)) {
            for (Runner runner : runners) {
                boolean isNewer = to.version().compareTo(runner.running().version()) > 0;
                if (isNewer && to.fits(runner.device().device())) {
                    steps.add(new Step(runner.running(), to, false));
                }
            }
        }
        return steps.stream().sorted(NEWEST_FIRST).toList();
    }

    private static Set<Release> newestOfChannels(List<Release> releases) {
        record Shelf(DeviceType type, Channel channel) {}
        Set<Shelf> seen = new HashSet<>();
        Set<Release> newest = new LinkedHashSet<>();
        for (Release release : releases) {
            for (Channel channel : release.channels()) {
                if (seen.add(new Shelf(type(release), channel))) newest.add(release);
            }
        }
        return newest;
    }

    private static Set<Step> kept(
            List<Runner> runners, List<Release> releases, List<Rollout> rollouts) {
        Set<Step> steps = new HashSet<>();
        for (Release to : releases) {
            boolean isBrought =
                    rollouts.stream()
                            .filter(rollout -> rollout.state() == Rollout.State.RUNNING)
                            .anyMatch(rollout -> brings(rollout, to));
            if (to.channels().isEmpty() && !isBrought) continue;
            boolean isTried =
                    isBrought
                            && runners.stream()
                                    .anyMatch(runner ->
                                            runner.isTrying() && !differ(runner.running(), to));
            for (Release from : isTried ? releases : runBy(runners)) {
                if (type(from).equals(type(to)) && differ(from, to)) {
                    steps.add(new Step(from, to, false));
                }
            }
        }
        return steps;
    }

    private static List<Release> runBy(List<Runner> runners) {
        return runners.stream().map(Runner::running).distinct().toList();
    }

    private static Optional<Release> find(List<Release> releases, Rollout rollout) {
        return releases.stream().filter(release -> brings(rollout, release)).findFirst();
    }

    private static boolean brings(Rollout rollout, Release release) {
        return rollout.deviceType().equals(type(release))
                && rollout.release().manifest().equals(release.manifest());
    }

    private static boolean differ(Release one, Release other) {
        return !one.manifest().equals(other.manifest());
    }

    private static DeviceType type(Release release) {
        return release.compatible().deviceType();
    }
}

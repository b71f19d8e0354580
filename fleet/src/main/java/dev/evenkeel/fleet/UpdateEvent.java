// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.RolloutId;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.message.BootReport;
import dev.evenkeel.core.message.CheckIn;
import dev.evenkeel.core.message.Running;
import dev.evenkeel.core.message.Stage;
import dev.evenkeel.core.message.UpdateProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a check-in or a boot report means for one update.
public sealed interface UpdateEvent {
    /// A check-in tells where this very update stands.
    record Told(Stage stage, String message) implements UpdateEvent {}

    /// A check-in tells nothing of this update: the device does not work on it.
    record NotTold() implements UpdateEvent {}

    /// The device runs the release; that proves no health.
    record RunsIt() implements UpdateEvent {}

    record RunsOther(Version running) implements UpdateEvent {}

    /// A signed report: this release was committed, and runs.
    record ReportedCommitted() implements UpdateEvent {}

    record ReportedRolledBack(String reason) implements UpdateEvent {}

    record ReportedFailed(String reason) implements UpdateEvent {}

    /// What `checkIn` says about the update that brings `release` in `rollout`.
    static List<UpdateEvent> in(CheckIn checkIn, RolloutId rollout, ReleaseName release) {
        var events = new ArrayList<UpdateEvent>();
        events.add(
                checkIn.update()
                        .filter(progress -> concerns(progress, rollout, release))
                        .<UpdateEvent>map(told -> new Told(told.stage(), told.message()))
                        .orElseGet(NotTold::new));
        events.add(runs(checkIn.running(), release));
        return events;
    }

    /// What the verified `report` says about the update that brings `release` in `rollout`.
    static List<UpdateEvent> in(BootReport report, RolloutId rollout, ReleaseName release) {
        var events = new ArrayList<UpdateEvent>();
        events.add(runs(report.running(), release));
        report.update()
                .filter(subject -> concerns(subject, rollout, release))
                .flatMap(_ -> settled(report, release))
                .ifPresent(events::add);
        return events;
    }

    private static Optional<UpdateEvent> settled(BootReport report, ReleaseName release) {
        return switch (report.outcome()) {
            case NONE -> Optional.empty();
            // a report that says committed but runs something else, is still on trial or is red
            // contradicts itself and proves nothing
            case COMMITTED ->
                    release.isRunIn(report.running())
                                    && !report.running().trial()
                                    && report.verdict() == BootReport.Verdict.GREEN
                            ? Optional.of(new ReportedCommitted())
                            : Optional.empty();
            case ROLLED_BACK -> Optional.of(new ReportedRolledBack(report.reason()));
            case FAILED -> Optional.of(new ReportedFailed(report.reason()));
        };
    }

    static boolean concerns(UpdateProgress progress, RolloutId rollout, ReleaseName release) {
        return progress.manifest().equals(release.manifest())
                && progress.rollout().map(rollout::equals).orElse(true);
    }

    private static boolean concerns(
            BootReport.Subject subject, RolloutId rollout, ReleaseName release) {
        return subject.manifest().equals(release.manifest())
                && subject.rollout().map(rollout::equals).orElse(true);
    }

    private static UpdateEvent runs(Running running, ReleaseName release) {
        return release.isRunIn(running) ? new RunsIt() : new RunsOther(running.release());
    }
}

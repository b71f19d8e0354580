// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.console;

import dev.evenkeel.core.message.DownloadPlan;
import dev.evenkeel.core.message.Running;
import dev.evenkeel.fleet.DeviceStatus;
import dev.evenkeel.fleet.DeviceUpdate;
import dev.evenkeel.fleet.Evidence;
import dev.evenkeel.fleet.Rollout;
import dev.evenkeel.fleet.UpdateState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Why a device runs what it runs, and what comes next, in sentences.
final class Why {
    private Why() {}

    static List<String> of(DeviceStatus status) {
        Optional<Running> running = status.running();
        if (running.isEmpty()) {
            return List.of("It is enrolled and has not checked in yet, so nothing is known of it.");
        }
        var lines = new ArrayList<String>();
        lines.add(runs(running.get(), status));
        lines.add(status.desired().map(Why::shall).orElseGet(() -> nothing(status)));
        status.waitsFor()
                .ifPresent(what -> lines.add("It is not told to begin yet: " + what + "."));
        status.plan()
                .filter(_ -> status.underWay().isPresent())
                .ifPresent(plan -> lines.add(comes(plan)));
        return lines;
    }

    private static String comes(DownloadPlan plan) {
        String how =
                switch (plan.way()) {
                    case REUSE -> "from what the device has; nothing is fetched";
                    case DELTA -> "by a delta: " + Words.bytes(plan.fetchBytes()) + " are fetched";
                    case CHUNKS ->
                            "by chunks: "
                                    + Words.bytes(plan.fetchBytes())
                                    + " are fetched, "
                                    + Words.bytes(plan.reusedBytes())
                                    + " are reused";
                    case FULL -> "in full: " + Words.bytes(plan.fetchBytes()) + " are fetched";
                };
        // what keeps it from coming is told where it is asked for, and by the device itself
        boolean isTold = plan.decision() != DownloadPlan.Decision.GO || plan.why().isEmpty();
        return "It comes " + how + (isTold ? "." : " (" + plan.why() + ").");
    }

    private static String runs(Running running, DeviceStatus status) {
        String what =
                "It runs "
                        + running.release()
                        + " from slot "
                        + running.slot().toString().toUpperCase(Locale.ROOT);
        if (running.trial()) {
            return what
                    + ", on trial: it stays only if its health checks are green and it commits;"
                    + " else the other slot comes back.";
        }
        Optional<DeviceUpdate> brought =
                status.updates().stream()
                        .filter(update -> update.release().isRunIn(running))
                        .findFirst();
        return brought.map(update -> what + broughtBy(update))
                .orElse(what + "; no rollout of this server brought it.");
    }

    private static String broughtBy(DeviceUpdate update) {
        String by = ", which rollout " + update.rollout() + " brought";
        if (!(update.state() instanceof UpdateState.Succeeded(Evidence evidence))) {
            return by + "; that is not proved yet.";
        }
        return switch (evidence) {
            case SIGNED -> by + ": proved by a boot report that the device signed.";
            case REPORTED -> by + ": reported by the device, not signed.";
            case UNPROVEN -> by + ": nobody has proved it.";
        };
    }

    private static String shall(Rollout rollout) {
        return "It shall run "
                + rollout.release().version()
                + ": rollout "
                + rollout.id()
                + " is the newest that runs for group "
                + rollout.group()
                + " and fits its hardware.";
    }

    private static String nothing(DeviceStatus status) {
        Optional<DeviceUpdate> bad =
                status.update()
                        .filter(update -> update.state().isDecided())
                        .filter(update -> !(update.state() instanceof UpdateState.Succeeded));
        return bad.map(update ->
                        "Release "
                                + update.release().version()
                                + " is not tried again by rollout "
                                + update.rollout()
                                + ", because it ended here as "
                                + Words.of(update.state().name())
                                + "; a new rollout would.")
                .orElse("Nothing else is asked of it.");
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.console;

import dev.evenkeel.core.message.Condition;
import dev.evenkeel.core.message.Running;
import dev.evenkeel.fleet.DeviceEvent;
import dev.evenkeel.fleet.DeviceState;
import dev.evenkeel.fleet.DeviceStatus;
import dev.evenkeel.fleet.DeviceUpdate;
import dev.evenkeel.fleet.Fleet;
import dev.evenkeel.fleet.Release;
import dev.evenkeel.fleet.Rollout;
import dev.evenkeel.fleet.RolloutStatus;
import dev.evenkeel.fleet.UpdateState;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The fleet in words for people.
public final class Views {
    private static final int SHOWN_ROLLOUTS = 5;

    private Views() {}

    public static OverviewView overview(Fleet fleet) {
        List<DeviceStatus> devices = fleet.devices().list();
        Map<String, Integer> byState = new TreeMap<>();
        for (DeviceStatus device : devices) byState.merge(state(device), 1, Integer::sum);
        var counts = new ArrayList<OverviewView.Count>();
        byState.forEach((state, number) -> counts.add(new OverviewView.Count(state, number)));
        return new OverviewView(
                devices.size(), counts, rollouts(fleet).stream().limit(SHOWN_ROLLOUTS).toList());
    }

    public static List<DeviceView> devices(Fleet fleet, Instant now) {
        return fleet.devices().list().stream().map(d -> device(d, List.of(), now)).toList();
    }

    public static DeviceView device(DeviceStatus status, List<DeviceEvent> timeline, Instant now) {
        DeviceState state = status.state();
        Condition condition =
                state.contact().map(c -> c.checkIn().condition()).orElse(Condition.UNKNOWN);
        return new DeviceView(
                status.device().id().text(),
                status.device().type() + " revision " + status.device().revision(),
                state(status),
                status.online(),
                status.running().map(Views::running).orElse("unknown"),
                status.desired().map(Views::desired).orElse(""),
                status.update().map(Views::percent).orElse(-1),
                state.contact().map(c -> ago(c.at(), now)).orElse("never"),
                condition.lastError(),
                condition.data(),
                state.conflict().map(DeviceState.Conflict::what).orElse(""),
                status.updates().stream().map(Views::line).toList(),
                timeline.stream()
                        .map(e ->
                                new DeviceView.EventLine(
                                        time(e.at()), e.kind().toString(), e.text()))
                        .toList());
    }

    public static List<ReleaseView> releases(Fleet fleet) {
        return fleet.releases().list().stream().map(Views::release).toList();
    }

    private static ReleaseView release(Release release) {
        return new ReleaseView(
                release.version().text(),
                release.name(),
                release.compatible().toString(),
                release.channels().stream().map(Object::toString).collect(Collectors.joining(", ")),
                release.manifest().brief(),
                bytes(release.imageBytes()),
                bytes(release.packBytes()),
                time(release.publishedAt()));
    }

    public static List<RolloutView> rollouts(Fleet fleet) {
        return fleet.rollouts().list().stream()
                .map(rollout -> rollout(fleet.rollouts().status(rollout.id())))
                .toList();
    }

    private static RolloutView rollout(RolloutStatus status) {
        Rollout rollout = status.rollout();
        var counts = new ArrayList<OverviewView.Count>();
        status.counts()
                .forEach((name, number) -> {
                    if (number > 0) counts.add(new OverviewView.Count(words(name), number));
                });
        if (status.notNeeded() > 0) {
            counts.add(new OverviewView.Count("not needed", status.notNeeded()));
        }
        return new RolloutView(
                rollout.id().text(),
                rollout.release().version().text(),
                rollout.deviceType().text(),
                rollout.group().text(),
                rollout.channel().text(),
                rollout.state().toString(),
                rollout.note(),
                time(rollout.startedAt()),
                status.devices(),
                counts,
                rollout.state() == Rollout.State.RUNNING,
                rollout.state() == Rollout.State.HALTED);
    }

    private static String state(DeviceStatus status) {
        return status.shown().map(Views::words).orElse("idle");
    }

    private static String words(UpdateState.Name name) {
        return name.toString().replace('_', ' ');
    }

    private static String running(Running running) {
        return running.release()
                + " in slot "
                + running.slot()
                + (running.trial() ? ", on trial" : "");
    }

    private static String desired(Rollout rollout) {
        return rollout.release().version() + " by " + rollout.id();
    }

    private static int percent(DeviceUpdate update) {
        boolean isUnderWay =
                update.state() instanceof UpdateState.Downloading
                        || update.state() instanceof UpdateState.Installing;
        if (!isUnderWay || update.totalBytes() == 0) return -1;
        return (int) Math.min(100, 100.0 * update.doneBytes() / update.totalBytes());
    }

    private static DeviceView.UpdateLine line(DeviceUpdate update) {
        return new DeviceView.UpdateLine(
                update.rollout().text(),
                update.release().version().text(),
                words(update.state().name()),
                update.state().reason(),
                update.state().isSettled() ? update.state().evidence().toString() : "");
    }

    private static String ago(Instant then, Instant now) {
        long seconds = Math.max(0, Duration.between(then, now).toSeconds());
        if (seconds < 60) return seconds + " s ago";
        if (seconds < 3_600) return seconds / 60 + " min ago";
        if (seconds < 172_800) return seconds / 3_600 + " h ago";
        return seconds / 86_400 + " days ago";
    }

    private static String bytes(long bytes) {
        if (bytes < 10_000) return bytes + " B";
        if (bytes < 10_000_000) return bytes / 1_000 + " kB";
        return bytes / 1_000_000 + " MB";
    }

    private static String time(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString().replace('T', ' ').replace("Z", " UTC");
    }
}

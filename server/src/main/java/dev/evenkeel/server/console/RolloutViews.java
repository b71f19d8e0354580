// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.console;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.RolloutId;
import dev.evenkeel.fleet.Budget;
import dev.evenkeel.fleet.DeviceStatus;
import dev.evenkeel.fleet.DeviceUpdate;
import dev.evenkeel.fleet.Fleet;
import dev.evenkeel.fleet.Group;
import dev.evenkeel.fleet.Release;
import dev.evenkeel.fleet.Rollout;
import dev.evenkeel.fleet.RolloutStatus;
import dev.evenkeel.fleet.UpdateState;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Rollouts for people, and the form that starts one.
public final class RolloutViews {
    private static String budget(Budget budget) {
        return Words.bytes(budget.bytes())
                + ", else it "
                + switch (budget.beyond()) {
                    case ALLOW -> "fetches more and says so";
                    case ASK -> "asks an operator";
                    case WAIT -> "waits for a delta";
                    case REFUSE -> "fails";
                };
    }

    private static final int SHOWN = 50;
    private static final int SHOWN_ACTIVE = 3;
    private static final int SHOWN_MEMBERS = 300;

    private RolloutViews() {}

    public static List<RolloutView> list(Fleet fleet, Instant now) {
        return fleet.rollouts().list().stream()
                .limit(SHOWN)
                .map(rollout -> view(fleet, rollout, List.of(), now))
                .toList();
    }

    /// The newest that are not aborted.
    static List<RolloutView> active(Fleet fleet, Instant now) {
        return fleet.rollouts().list().stream()
                .filter(rollout -> rollout.state() != Rollout.State.ABORTED)
                .limit(SHOWN_ACTIVE)
                .map(rollout -> view(fleet, rollout, List.of(), now))
                .toList();
    }

    public static RolloutView show(Fleet fleet, RolloutId id, Instant now) {
        List<RolloutView.Member> members =
                fleet.devices().list().stream()
                        .flatMap(device ->
                                device.updates().stream()
                                        .filter(update -> update.rollout().equals(id))
                                        .map(update -> member(device, update, now)))
                        .limit(SHOWN_MEMBERS)
                        .toList();
        return view(fleet, fleet.rollouts().show(id), members, now);
    }

    private static RolloutView.Member member(
            DeviceStatus device, DeviceUpdate update, Instant now) {
        UpdateState state = update.state();
        boolean isSilent = !device.online() && !state.isSettled();
        return new RolloutView.Member(
                device.device().id().text(),
                Chip.of(isSilent ? UpdateState.Name.OFFLINE : state.name()),
                isSilent ? -1 : DeviceRows.percent(update),
                state.isSettled() ? state.evidence().toString() : "",
                state.reason(),
                When.of(update.since(), now));
    }

    private static RolloutView view(
            Fleet fleet, Rollout rollout, List<RolloutView.Member> members, Instant now) {
        RolloutStatus status = fleet.rollouts().status(rollout.id());
        Map<Chip, Integer> counts = new HashMap<>();
        status.counts().forEach((name, number) -> counts.put(Chip.of(name), number));
        counts.put(Chip.NOT_NEEDED, status.notNeeded());
        return new RolloutView(
                rollout.id().text(),
                rollout.release().version().text(),
                rollout.deviceType().text(),
                rollout.group().text(),
                rollout.channel().text(),
                Chip.of(rollout.state()),
                rollout.note(),
                rollout.least().toString(),
                rollout.budget().map(RolloutViews::budget).orElse(""),
                When.of(rollout.startedAt(), now),
                When.of(rollout.changedAt(), now),
                status.devices(),
                settled(status),
                StateBar.of(counts),
                rollout.state() == Rollout.State.RUNNING,
                rollout.state() == Rollout.State.HALTED,
                rollout.state() != Rollout.State.ABORTED,
                members);
    }

    private static int settled(RolloutStatus status) {
        return status.notNeeded()
                + Stream.of(
                                UpdateState.Name.SUCCEEDED,
                                UpdateState.Name.FAILED,
                                UpdateState.Name.ROLLED_BACK,
                                UpdateState.Name.SUPERSEDED)
                        .mapToInt(name -> status.counts().getOrDefault(name, 0))
                        .sum();
    }

    public static RolloutForm form(Fleet fleet, RolloutForm.Chosen chosen, String fault) {
        var channels = new TreeSet<String>();
        for (Release release : fleet.releases().list()) {
            release.channels().stream().map(Channel::text).forEach(channels::add);
        }
        return new RolloutForm(
                fleet.releases().list().stream().map(RolloutViews::choice).toList(),
                List.copyOf(channels),
                fleet.groups().list().stream().map(Group::name).map(Object::toString).toList(),
                chosen,
                fault);
    }

    private static RolloutForm.Choice choice(Release release) {
        String type = release.compatible().deviceType().text();
        return new RolloutForm.Choice(
                type + "/" + release.version(),
                release.version()
                        + " for "
                        + type
                        + " ("
                        + String.join(", ", release.channels().stream().map(Channel::text).toList())
                        + ")");
    }
}

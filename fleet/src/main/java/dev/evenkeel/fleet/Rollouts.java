// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.RolloutId;
import dev.evenkeel.core.message.Assignment;
import dev.evenkeel.core.message.FetchTerms;
import dev.evenkeel.core.message.Running;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The campaigns of the fleet and which of them a device shall follow. The rules:
///
/// - The newest running rollout decides whose group holds the device and whose release fits its
///   hardware; a halted or aborted one assigns nothing.
/// - Nothing is assigned to a device that runs the release, or that had its try in that rollout: a
///   release that failed is not tried again unless a new rollout says so.
/// - A rollout that another one superseded has its turn again once that one is halted or aborted.
/// - A device that runs what a newer rollout brought is not taken back by an older one.
public final class Rollouts {
    private final Registry registry;
    private final Groups groups;
    private final Releases releases;
    private final Journal journal;
    private final FleetOptions options;
    private final InstantSource clock;
    private final FleetListener listener;

    /// Newest first.
    private volatile List<Rollout> rollouts;

    /// What shall be rolled out to whom.
    ///
    /// @param channel that devices take the release from; empty where only one offers it
    /// @param budget what each of its updates may fetch
    public record Wanted(
            Release release,
            Optional<Channel> channel,
            GroupName group,
            Evidence least,
            Optional<Budget> budget) {
        /// Without a budget.
        public Wanted(Release release, Optional<Channel> channel, GroupName group, Evidence least) {
            this(release, channel, group, least, Optional.empty());
        }
    }

    Rollouts(
            Registry registry,
            Groups groups,
            Releases releases,
            Journal journal,
            FleetOptions options,
            InstantSource clock,
            FleetListener listener,
            List<Rollout> kept) {
        this.registry = registry;
        this.groups = groups;
        this.releases = releases;
        this.journal = journal;
        this.options = options;
        this.clock = clock;
        this.listener = listener;
        this.rollouts = newestFirst(kept);
    }

    public List<Rollout> list() {
        return rollouts;
    }

    public Rollout show(RolloutId id) {
        return find(id).orElseThrow(
                        () -> new FleetException.Unknown("rollout " + id + " does not exist"));
    }

    Optional<Rollout> find(RolloutId id) {
        return rollouts.stream().filter(r -> r.id().equals(id)).findFirst();
    }

    public synchronized Rollout start(Wanted wanted) {
        groups.show(wanted.group());
        Channel channel = channelOf(wanted);
        long number = rollouts.isEmpty() ? 1 : rollouts.getFirst().number() + 1;
        Instant now = clock.instant();
        var rollout =
                new Rollout(
                        Rollout.idOf(number),
                        number,
                        wanted.release().release(),
                        wanted.release().compatible().deviceType(),
                        channel,
                        wanted.group(),
                        Rollout.State.RUNNING,
                        wanted.least(),
                        wanted.budget(),
                        "",
                        now,
                        now);
        return keep(rollout);
    }

    public Rollout halt(RolloutId id, String why) {
        return change(id, Rollout.State.HALTED, why);
    }

    public Rollout resume(RolloutId id, String why) {
        return change(id, Rollout.State.RUNNING, why);
    }

    /// Ends it for good.
    public Rollout abort(RolloutId id, String why) {
        return change(id, Rollout.State.ABORTED, why);
    }

    private synchronized Rollout change(RolloutId id, Rollout.State next, String why) {
        Rollout rollout = show(id);
        if (rollout.state() == next) return rollout;
        if (rollout.state() == Rollout.State.ABORTED) {
            throw new FleetException.Contradiction(
                    "rollout " + id + " was aborted; start a new one");
        }
        return keep(rollout.in(next, why, clock.instant()));
    }

    private Rollout keep(Rollout rollout) {
        journal.now(List.of(new FleetChange.RolloutKept(rollout)));
        var next = new ArrayList<>(rollouts);
        next.removeIf(r -> r.id().equals(rollout.id()));
        next.add(rollout);
        rollouts = newestFirst(next);
        listener.changed(new FleetListener.News.RolloutChanged(rollout.id()));
        return rollout;
    }

    private static Channel channelOf(Wanted wanted) {
        var offered = wanted.release().channels();
        if (wanted.channel().isPresent()) {
            if (offered.contains(wanted.channel().get())) return wanted.channel().get();
            throw new FleetException.Contradiction(
                    "channel "
                            + wanted.channel().get()
                            + " does not offer release "
                            + wanted.release().version()
                            + "; it is in "
                            + offered);
        }
        if (offered.size() == 1) return offered.iterator().next();
        throw new FleetException.Contradiction(
                "release "
                        + wanted.release().version()
                        + " is in several channels "
                        + offered
                        + "; name one");
    }

    /// The rollout that `device` shall follow now; empty when it is as it shall be.
    Optional<Rollout> desired(
            Device device, Map<RolloutId, DeviceUpdate> updates, Running running) {
        for (Rollout rollout : rollouts) {
            if (!concerns(rollout, device)) continue;
            if (rollout.release().isRunIn(running)) return Optional.empty();
            switch (rollout.state()) {
                case HALTED, ABORTED -> {}
                case RUNNING -> {
                    DeviceUpdate update = updates.get(rollout.id());
                    boolean decided = update != null && update.state().isDecided();
                    return decided ? Optional.empty() : Optional.of(rollout);
                }
            }
        }
        return Optional.empty();
    }

    Assignment assignment(Rollout rollout, FetchTerms terms) {
        Release release =
                releases.find(rollout.deviceType(), rollout.release().version()).orElseThrow();
        return new Assignment(
                rollout.id(),
                rollout.release().version(),
                rollout.channel(),
                release.targetName(rollout.channel()),
                rollout.release().manifest(),
                terms);
    }

    /// The newest rollout that brings `manifest` to `device`.
    Optional<Rollout> bringing(Digest manifest, Device device) {
        return rollouts.stream()
                .filter(r -> r.release().manifest().equals(manifest))
                .filter(r -> concerns(r, device))
                .findFirst();
    }

    private boolean concerns(Rollout rollout, Device device) {
        return groups.contains(rollout.group(), device.id())
                && releases.find(rollout.deviceType(), rollout.release().version())
                        .filter(release -> release.fits(device))
                        .isPresent();
    }

    public RolloutStatus status(RolloutId id) {
        Rollout rollout = show(id);
        var counts = new EnumMap<UpdateState.Name, Integer>(UpdateState.Name.class);
        for (UpdateState.Name name : UpdateState.Name.values()) counts.put(name, 0);
        int notNeeded = 0;
        int devices = 0;
        Instant now = clock.instant();
        for (LiveDevice live : registry.all()) {
            Optional<DeviceUpdate> update = live.update(id);
            if (update.isEmpty() && !concerns(rollout, live.device)) continue;
            devices++;
            if (update.isEmpty() && runs(live, rollout)) {
                notNeeded++;
                continue;
            }
            UpdateState state = update.map(DeviceUpdate::state).orElseGet(UpdateState.Pending::new);
            boolean online =
                    Presence.isOnline(live.state.contact(), state.isBooting(), options, now);
            counts.merge(Presence.shown(state, online), 1, Integer::sum);
        }
        return new RolloutStatus(rollout, counts, notNeeded, devices);
    }

    private static boolean runs(LiveDevice live, Rollout rollout) {
        return live.state
                .contact()
                .map(contact -> rollout.release().isRunIn(contact.checkIn().running()))
                .orElse(false);
    }

    private static List<Rollout> newestFirst(List<Rollout> some) {
        return some.stream().sorted(Comparator.comparingLong(Rollout::number).reversed()).toList();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.RolloutId;
import dev.evenkeel.core.message.BootReport;
import dev.evenkeel.core.message.CheckIn;
import dev.evenkeel.core.message.CheckInAnswer;
import dev.evenkeel.core.message.DownloadPlan;
import dev.evenkeel.core.message.FetchTerms;
import dev.evenkeel.core.message.Protocol;
import dev.evenkeel.core.message.Running;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The devices of the fleet: what they tell, and what is known of them. A check-in is answered from
/// memory and kept a moment later; a boot report is durable before it is acknowledged.
public final class Devices {
    private final FleetRepository repository;
    private final Registry registry;
    private final Rollouts rollouts;
    private final Groups groups;
    private final Budgets budgets;
    private final Journal journal;
    private final FleetOptions options;
    private final InstantSource clock;
    private final FleetListener listener;
    private volatile Preparation preparation = Preparation.NONE;

    Devices(
            FleetRepository repository,
            Registry registry,
            Rollouts rollouts,
            Groups groups,
            Budgets budgets,
            Journal journal,
            FleetOptions options,
            InstantSource clock,
            FleetListener listener) {
        this.repository = repository;
        this.registry = registry;
        this.rollouts = rollouts;
        this.groups = groups;
        this.budgets = budgets;
        this.journal = journal;
        this.options = options;
        this.clock = clock;
        this.listener = listener;
    }

    public Optional<Device> find(DeviceId id) {
        return registry.find(id).map(live -> live.device);
    }

    /// Throws unless the device is listened to: it was neither revoked nor put in quarantine.
    public void requireGood(DeviceId id) {
        Standing.requireGood(registry.require(id));
    }

    /// Judges and answers a check-in of a device that was authenticated.
    public CheckInResult checkIn(CheckIn checkIn) {
        LiveDevice live = registry.require(checkIn.device());
        live.lock.lock();
        try {
            Standing.requireGood(live);
            return switch (Holder.of(checkIn, live.state)) {
                case Holder.Another(String what) -> refuse(live, what);
                case Holder.Repeated _ -> answer(live, checkIn, turn(live));
                case Holder.Same _ -> {
                    Turn turn = turn(live);
                    turn.checkedIn(checkIn, worksOn(live, checkIn));
                    yield answer(live, checkIn, turn);
                }
            };
        } finally {
            live.lock.unlock();
        }
    }

    private CheckInResult answer(LiveDevice live, CheckIn checkIn, Turn turn) {
        Optional<Rollout> desired =
                rollouts.desired(live.device, turn.updates(), checkIn.running())
                        .filter(rollout ->
                                waitsFor(rollout, turn.updates(), checkIn.running()).isEmpty());
        desired.ifPresent(turn::assigned);
        journal.later(turn.changes());
        publish(live, turn);
        return new CheckInResult.Answered(
                new CheckInAnswer(
                        Protocol.VERSION,
                        clock.instant().truncatedTo(ChronoUnit.SECONDS),
                        options.pollSeconds(),
                        desired.map(rollout ->
                                rollouts.assignment(
                                        rollout, terms(live, rollout, turn.updates())))));
    }

    private FetchTerms terms(
            LiveDevice live, Rollout rollout, Map<RolloutId, DeviceUpdate> updates) {
        DeviceUpdate update = updates.get(rollout.id());
        return FetchTerms.of(
                budgets.of(live.device.id(), rollout), update == null ? 0 : update.allowedBytes());
    }

    private Optional<String> waitsFor(
            Rollout rollout, Map<RolloutId, DeviceUpdate> updates, Running running) {
        return updates.containsKey(rollout.id())
                ? Optional.empty()
                : preparation.underWay(running, rollout);
    }

    /// From now on devices wait for what `now` prepares.
    void await(Preparation now) {
        preparation = now;
    }

    /// An operator lets the device's update fetch so much, whatever its budgets are; durable when
    /// this returns.
    ///
    /// @param bytes of the whole update; empty for what it asks for
    public DeviceStatus allowDownload(DeviceId id, Optional<Long> bytes) {
        LiveDevice live = registry.require(id);
        live.lock.lock();
        try {
            DeviceStatus before = status(live);
            DeviceUpdate update =
                    before.underWay()
                            .orElseThrow(() ->
                                    new FleetException.Contradiction(
                                            "device " + id + " has no update under way"));
            long allowed =
                    bytes.or(() -> before.plan().map(DownloadPlan::fetchBytes))
                            .orElseThrow(() ->
                                    new FleetException.Contradiction(
                                            "device "
                                                    + id
                                                    + " did not say yet what its update needs;"
                                                    + " say how many bytes it may fetch"));
            Turn turn = turn(live);
            turn.downloadAllowed(update, allowed);
            journal.now(turn.changes());
            publish(live, turn);
        } finally {
            live.lock.unlock();
        }
        return status(live);
    }

    private CheckInResult refuse(LiveDevice live, String what) {
        Turn turn = turn(live);
        turn.quarantined(what);
        journal.now(turn.changes());
        publish(live, turn);
        return new CheckInResult.TwoHolders(what);
    }

    /// Takes up a boot report whose signature was verified.
    ///
    /// @param envelope as received, kept as the proof
    public void report(BootReport report, byte[] envelope) {
        LiveDevice live = registry.require(report.device());
        live.lock.lock();
        try {
            Standing.requireGood(live);
            long newest = live.state.reportCounter();
            if (report.counter() <= newest) {
                throw new FleetException.ReplayedReport(report.counter(), newest);
            }
            Turn turn = turn(live);
            turn.reported(report, envelope, about(live, report));
            journal.now(turn.changes());
            publish(live, turn);
        } finally {
            live.lock.unlock();
        }
    }

    /// An operator has looked at the two holders of this identity, and left one.
    public DeviceStatus liftQuarantine(DeviceId id) {
        LiveDevice live = registry.require(id);
        live.lock.lock();
        try {
            if (live.state.quarantine().isPresent()) {
                Turn turn = turn(live);
                turn.released();
                journal.now(turn.changes());
                publish(live, turn);
            }
        } finally {
            live.lock.unlock();
        }
        return status(live);
    }

    /// From its next request on the device is refused, and its key for ever.
    public DeviceStatus revoke(DeviceId id, String why) {
        LiveDevice live = registry.require(id);
        live.lock.lock();
        try {
            if (live.device.revoked().isEmpty()) {
                Turn turn = turn(live);
                Device revoked = turn.revoked(why);
                journal.now(turn.changes());
                live.device = revoked;
                publish(live, turn);
            }
        } finally {
            live.lock.unlock();
        }
        return status(live);
    }

    /// Notes on the device's timeline that it was given leave to install an older release; durable
    /// when this returns.
    ///
    /// @param what which release, until when, by whose word and why
    public void downgradeAllowed(DeviceId id, String what) {
        LiveDevice live = registry.require(id);
        live.lock.lock();
        try {
            Turn turn = turn(live);
            turn.downgradeAllowed(what);
            journal.now(turn.changes());
            publish(live, turn);
        } finally {
            live.lock.unlock();
        }
    }

    public List<DeviceStatus> list() {
        return registry.all().stream().map(this::status).toList();
    }

    public DeviceStatus show(DeviceId id) {
        return status(registry.require(id));
    }

    /// What happened to the device, newest first.
    public List<DeviceEvent> timeline(DeviceId id, int limit) {
        registry.require(id);
        try {
            journal.flush();
        } catch (FleetException.NotKept keptLater) {
            // what is known already can be told all the same
        }
        return repository.timeline(id, limit);
    }

    private DeviceStatus status(LiveDevice live) {
        List<DeviceUpdate> updates = LiveDevice.newestFirst(live.updates);
        boolean booting = !updates.isEmpty() && updates.getFirst().state().isBooting();
        DeviceState state = live.state;
        Optional<Running> running = state.contact().map(contact -> contact.checkIn().running());
        Optional<Rollout> desired =
                running.flatMap(runs -> rollouts.desired(live.device, live.updates, runs));
        return new DeviceStatus(
                live.device,
                state,
                Presence.isOnline(state.contact(), booting, options, clock.instant()),
                groups.of(live.device.id()),
                desired,
                desired.flatMap(rollout -> waitsFor(rollout, live.updates, running.orElseThrow())),
                updates);
    }

    private Optional<Rollout> worksOn(LiveDevice live, CheckIn checkIn) {
        return checkIn.update().flatMap(told -> meant(live, told.rollout(), told.manifest()));
    }

    private Optional<Rollout> about(LiveDevice live, BootReport report) {
        return report.outcome() == BootReport.Outcome.NONE
                ? Optional.empty()
                : report.update()
                        .flatMap(subject -> meant(live, subject.rollout(), subject.manifest()));
    }

    private Optional<Rollout> meant(LiveDevice live, Optional<RolloutId> named, Digest manifest) {
        if (named.isEmpty()) return rollouts.bringing(manifest, live.device);
        return rollouts.find(named.get()).filter(r -> r.release().manifest().equals(manifest));
    }

    private Turn turn(LiveDevice live) {
        return new Turn(live, clock.instant(), options.retention());
    }

    private void publish(LiveDevice live, Turn turn) {
        turn.publish();
        listener.changed(new FleetListener.News.DeviceChanged(live.device.id()));
    }
}

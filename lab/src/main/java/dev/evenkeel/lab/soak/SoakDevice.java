// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab.soak;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.agent.Agent;
import dev.evenkeel.agent.Clock;
import dev.evenkeel.agent.Log;
import dev.evenkeel.boot.BootDecision;
import dev.evenkeel.boot.Region;
import dev.evenkeel.boot.StatePartition;
import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.DeviceUrn;
import dev.evenkeel.core.Slot;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.core.message.Assignment;
import dev.evenkeel.core.message.BootReport;
import dev.evenkeel.testkit.PowerSupply;
import dev.evenkeel.testkit.SimulatedDevice;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// One device of the fleet, from the factory to the end of the soak: the bootloader's table, what
/// the system around the agent does, the agent that ships, and what strikes it all.
final class SoakDevice implements SharedTime.Part, Clock {
    private static final int FLUSH_BYTES = 64 << 10;
    private static final int OPERATIONS_OF_UPDATE = 200;
    private static final int MOST_AGENT_STARTS = 5;
    private static final Duration BOOT = Duration.ofSeconds(20);
    private static final Duration PANIC = Duration.ofSeconds(45);
    private static final Duration HEALTH_AFTER = Duration.ofSeconds(30);
    private static final Duration RESTART = Duration.ofSeconds(10);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration TICK_WITHOUT_SERVER = Duration.ofSeconds(30);
    private static final int ATTEMPTS = 3;

    private final int number;
    private final Fleetwide fleet;
    private final Chance chance;
    private final Weather weather;
    private final SimulatedDevice device;
    private final SoakLink link;
    private final Arrivals arrivals = new Arrivals();
    private final LastLines lines = new LastLines();
    private final Log log = new Log(new PrintStream(lines, true, UTF_8));
    private final Map<String, Integer> lostTrials = new HashMap<>();
    private final TreeSet<String> committed = new TreeSet<>();
    private SharedTime.@Nullable Turn turn;
    private Optional<DeviceId> id = Optional.empty();
    private Optional<Agent> agent = Optional.empty();
    private Slot slot = Slot.A;
    private boolean isTrial;
    private String trialOf = "";
    private Duration bootedAt = Duration.ZERO;
    private Duration disturbedAt = Duration.ZERO;
    private Duration offFor = RESTART;
    private boolean isCutPending;
    private Duration clockOff = Duration.ZERO;

    /// What all devices share.
    record Fleetwide(
            SoakOptions options,
            SharedTime time,
            SoakServer server,
            SoakReleases releases,
            Tally tally) {
        /// When nothing strikes any more.
        Duration calm() {
            return options.end();
        }
    }

    /// In good order, by the user. No exception, so that nothing catches it by accident.
    private static final class Restart extends Error {
        Restart() {
            super("the user restarts the device", null, false, false);
        }
    }

    SoakDevice(
            int number,
            Fleetwide fleet,
            SimulatedDevice device,
            Duration switchedOn,
            String token) {
        this.number = number;
        this.fleet = fleet;
        this.device = device;
        this.chance = new Chance(fleet.options().seed(), number);
        this.weather = new Weather(fleet.options().rates(), chance, switchedOn, fleet.calm());
        double loss = fleet.options().rates().linkLoss();
        this.link = new SoakLink(this, fleet.server(), fleet.tally(), chance, loss, token);
    }

    @Override
    public void play(SharedTime.Turn own) {
        turn = own;
        while (true) {
            try {
                powerOn();
            } catch (PowerSupply.PowerCut cut) {
                fleet.tally().powerCuts++;
                disturbed();
                if (isTrial) lostTrials.merge(trialOf, 1, Integer::sum);
                agent = Optional.empty();
                own.sleep(untilCalm(offFor));
                weather.skipTo(now());
                disturbed();
                device.power.back();
            } catch (IOException failed) {
                broken("the bootloader failed: " + failed.getMessage());
                own.sleep(RESTART);
            }
            offFor = chance.between(Duration.ofSeconds(10), Duration.ofHours(6));
            if (isCalm()) offFor = RESTART;
        }
    }

    private void powerOn() throws IOException {
        // known before anything is written, because the power may go while the record is
        BootDecision decision = BootDecision.decide(device.bootRecords().load().record());
        slot = decision.slot();
        isTrial = decision.trial();
        trialOf = device.release(slot).map(one -> one.manifest().version().text()).orElse("");
        device.bootOnce();
        fleet.tally().boots++;
        bootedAt = now();
        if (device.running().isEmpty()) {
            broken("the bootloader starts slot " + slot + ", which holds no complete release");
            pass(PANIC);
            return;
        }
        // the power may have gone between the commit and the agent's word of it
        if (!isTrial) committed(version());
        if (running().conduct == Conduct.DEAD) {
            pass(PANIC);
            return;
        }
        pass(BOOT);
        requireIntact();
        work();
    }

    private void requireIntact() {
        if (!device.disk("data").medium().startsWith(SimulatedDevice.USERS_DATA)) {
            broken("the user's data are not what they were");
        }
        Optional<String> name =
                new StatePartition(device.disk("state"))
                        .read(Region.IDENTITY)
                        .map(bytes ->
                                StrictJson.parseObject(bytes, Region.IDENTITY.capacityBytes()))
                        .flatMap(json -> json.optionalText("name"))
                        .map(text -> DeviceUrn.parse(text).device().text());
        if (!name.equals(id.map(DeviceId::text)) && id.isPresent()) {
            broken("enrolled as " + id.get() + ", and calls itself " + name.orElse("nothing"));
        }
    }

    /// The agent as systemd starts it, until the end of this boot.
    private void work() {
        for (int starts = 0; starts < MOST_AGENT_STARTS; starts++) {
            try (Agent started =
                    new Agent(device, _ -> link, this, chance.random(), log, FLUSH_BYTES)) {
                agent = Optional.of(started);
                boolean isInOrder = work(started);
                agent = Optional.empty();
                device.facts.put("stopping", Map.of("orderly", isInOrder ? "yes" : "no"));
                started.onStop();
                pass(RESTART);
                return;
            } catch (IOException | RuntimeException died) {
                agent = Optional.empty();
                broken("the agent died: " + died);
                pass(TICK);
            }
        }
    }

    /// Until the device restarts; whether in good order, by its user.
    private boolean work(Agent working) throws IOException {
        try {
            while (true) {
                if (hasMissedDeadline()) return false;
                giveVerdict();
                if (isCalm()) device.power.cutAt(Long.MAX_VALUE);
                working.tick();
                noteCommit();
                if (working.hasEnded()) return false;
                pass(pause(working));
            }
        } catch (Restart wished) {
            fleet.tally().reboots++;
            disturbed();
            return true;
        }
    }

    private boolean hasMissedDeadline() {
        return isTrial
                && !device.left.containsKey("committed")
                && up().toSeconds() >= running().built.manifest().health().deadlineSeconds();
    }

    private void giveVerdict() {
        if (device.facts.containsKey("health") || up().compareTo(HEALTH_AFTER) < 0) return;
        switch (running().conduct) {
            case HEALTHY -> device.healthy();
            case RED -> device.unhealthy("50-app.sh", "the app does not answer");
            case HUNG, DEAD -> {}
        }
    }

    private void noteCommit() throws IOException {
        if (!isTrial || !device.left.containsKey("committed")) return;
        isTrial = false;
        var record = device.bootRecords().load().record();
        if (record.first() != slot || record.trial().isPresent()) {
            broken("said to be committed, and the boot record says " + record);
        }
        committed(version());
    }

    private void committed(String release) {
        if (!committed.add(release)) return;
        if (!running().conduct.isGood()) broken(release + " was committed, and is bad");
    }

    private Duration pause(Agent working) {
        boolean isYoung = up().compareTo(Duration.ofMinutes(2)) < 0;
        if (isYoung || isTrial) return TICK;
        if (link.isDown() || !fleet.server().isUp()) return TICK_WITHOUT_SERVER;
        if (!working.isAtRest()) return TICK;
        Duration due = working.untilDue();
        return due.compareTo(TICK) > 0 ? due : TICK;
    }

    /// Lets time pass, and what happens in it.
    void pass(Duration span) {
        Duration end = now().plus(span);
        while (true) {
            Duration strike = weather.next();
            boolean isStruck = strike.compareTo(end) <= 0;
            requireTurn().sleepUntil(isStruck ? strike : end);
            if (!isStruck) return;
            strike(weather.take());
        }
    }

    private SharedTime.Turn requireTurn() {
        SharedTime.Turn own = turn;
        if (own == null) throw new IllegalStateException("the device is not switched on yet");
        return own;
    }

    private void strike(Weather.Strike strike) {
        Tally tally = fleet.tally();
        switch (strike) {
            case CUT -> throw device.power.cut();
            case CUT_IN_UPDATE -> isCutPending = true;
            case OUTAGE -> {
                tally.outages++;
                goOffline(chance.between(Duration.ofMinutes(1), Duration.ofHours(12)));
            }
            case ABSENCE -> {
                tally.absences++;
                Duration away = chance.between(Duration.ofDays(1), Duration.ofDays(5));
                if (chance.random().nextBoolean()) goOffline(away);
                else {
                    offFor = untilCalm(away);
                    throw device.power.cut();
                }
            }
            case REBOOT -> {
                if (agent.isPresent()) throw new Restart();
            }
            case CLOCK_JUMP -> {
                tally.clockJumps++;
                jump();
            }
        }
    }

    private void goOffline(Duration span) {
        disturbed();
        link.downUntil(now().plus(untilCalm(span)));
    }

    /// At the end everybody is switched on and has a link.
    private Duration untilCalm(Duration span) {
        Duration left = fleet.calm().minus(now());
        if (left.compareTo(RESTART) < 0) return RESTART;
        return span.compareTo(left) < 0 ? span : left;
    }

    /// Wrong by hours to decades, or right again.
    private void jump() {
        device.isSynced = chance.random().nextBoolean();
        clockOff =
                device.isSynced
                        ? Duration.ZERO
                        : chance.between(Duration.ofHours(1), Duration.ofDays(30_000))
                                .multipliedBy(chance.random().nextBoolean() ? 1 : -1);
    }

    /// The server's answer asks for an update.
    private void strikeUpdate() {
        if (!isCutPending || isCalm()) return;
        isCutPending = false;
        fleet.tally().cutsAtOperations++;
        device.power.cutAt(device.power.operations() + chance.upTo(OPERATIONS_OF_UPDATE));
    }

    void heard(Optional<Assignment> assignment) {
        if (assignment.isPresent()) strikeUpdate();
    }

    void enrolled(DeviceId given) {
        if (id.isPresent() && !id.get().equals(given)) {
            broken("was enrolled as " + id.get() + " and as " + given);
        }
        id = Optional.of(given);
    }

    /// The server has this report for good.
    void reported(BootReport report) {
        switch (report.outcome()) {
            case NONE -> {}
            case COMMITTED -> {
                fleet.tally().updates++;
                String release = report.update().orElseThrow().release().text();
                if (!committed.contains(release)) {
                    broken("the success of " + release + " was told, and it was never committed");
                }
            }
            case ROLLED_BACK -> {
                fleet.tally().rollbacks++;
                judgeRollback(report);
            }
            case FAILED -> fleet.tally().failures++;
        }
    }

    private void judgeRollback(BootReport report) {
        String release = report.update().orElseThrow().release().text();
        if (report.reason().isEmpty()) broken(release + " was rolled back without a reason");
        if (!fleet.releases().named(release).conduct.isGood()) return;
        fleet.tally().rollbacksOfGood++;
        int lost = lostTrials.getOrDefault(release, 0);
        if (lost < ATTEMPTS) {
            broken(
                    release
                            + " is good and was rolled back after "
                            + lost
                            + " trials that a power cut ended: "
                            + report.reason());
        }
    }

    /// The agent asks for a part of a pack.
    void fetches(Optional<Assignment> assignment, String pack, long from, long length) {
        if (assignment.isEmpty()) return;
        SoakRelease wanted = fleet.releases().named(assignment.get().release().text());
        arrivals.needless(wanted, device, slot.other(), pack, from, length)
                .ifPresent(
                        piece -> broken(piece + " of " + wanted.version() + " is fetched twice"));
    }

    /// These bytes of a pack came.
    void came(String pack, long from, long end) {
        arrivals.came(pack, from, end);
    }

    private void disturbed() {
        disturbedAt = now();
    }

    /// Since when nothing has kept it from following the server; empty while it is off.
    Optional<Duration> quietSince() {
        if (agent.isEmpty() || id.isEmpty()) return Optional.empty();
        Duration linkUp = link.upSince();
        return Optional.of(linkUp.compareTo(disturbedAt) > 0 ? linkUp : disturbedAt);
    }

    Optional<DeviceId> id() {
        return id;
    }

    boolean isAtRest() {
        return agent.filter(Agent::isAtRest).isPresent();
    }

    SoakRelease running() {
        return fleet.releases().named(device.running().orElseThrow());
    }

    private String version() {
        return device.running().map(one -> one.manifest().version().text()).orElse("nothing");
    }

    Slot slot() {
        return slot;
    }

    boolean isOnTrial() {
        return isTrial;
    }

    boolean hasCommitted(String version) {
        return committed.contains(version);
    }

    SimulatedDevice device() {
        return device;
    }

    boolean isCalm() {
        return now().compareTo(fleet.calm()) >= 0;
    }

    private Duration up() {
        return now().minus(bootedAt);
    }

    Duration now() {
        return fleet.time().now();
    }

    void broken(String what) {
        fleet.tally()
                .broken(
                        Moment.of(now())
                                + ", device "
                                + number
                                + ": "
                                + what
                                + "\n"
                                + lines.text().indent(4).stripTrailing());
    }

    @Override
    public Instant wall() {
        return fleet.time().instant().plus(clockOff);
    }

    @Override
    public Duration elapsed() {
        return now();
    }

    @Override
    public void sleep(Duration span) {
        pass(span);
    }
}

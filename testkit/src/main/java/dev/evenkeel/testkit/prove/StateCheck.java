// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import dev.evenkeel.boot.BootDecision;
import dev.evenkeel.boot.BootRecord;
import dev.evenkeel.boot.BootRecords;
import dev.evenkeel.boot.Region;
import dev.evenkeel.boot.StatePartition;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.Payload;
import dev.evenkeel.core.Slot;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.testkit.DiskWatch;
import dev.evenkeel.testkit.Medium;
import dev.evenkeel.testkit.SimulatedDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The promises that can be judged by looking at a state, without running anything.
final class StateCheck {
    private static final List<Region> IDENTITY = List.of(Region.PROVISIONING, Region.IDENTITY);
    private static final Duration FLOOR_STEP = Duration.ofHours(6);

    private final World world;
    private final Scenario scenario;
    private final Sabotage sabotage;
    private final List<byte[]> identity = new ArrayList<>();
    private final Map<Slot, Stands> standing = new EnumMap<>(Slot.class);
    private final TrustRecords trust = new TrustRecords();
    private final DeviceCertificates certificates;
    private @Nullable Decided decided;

    // one state after the other shares most media with the one before
    private record Stands(Medium slot, Medium boot, Optional<SmallRelease> release) {}

    private record Decided(Medium first, Medium second, BootDecision decision) {}

    StateCheck(World world, Scenario scenario, Sabotage sabotage) {
        this.world = world;
        this.scenario = scenario;
        this.sabotage = sabotage;
        for (Slot slot : Slot.values()) {
            Medium image = scenario.start().medium(Partition.slot(slot));
            Medium boot = scenario.start().medium(Partition.boot(slot));
            standing.put(slot, new Stands(image, boot, world.complete(image, boot)));
        }
        Medium start = scenario.start().medium(Partition.STATE);
        for (Region region : IDENTITY) identity.add(newest(start, region).orElse(new byte[0]));
        this.certificates =
                new DeviceCertificates(
                        newest(start, Region.IDENTITY).orElse(new byte[0]), scenario.serverTime());
    }

    /// A state in which the power comes back.
    ///
    /// @param from the power-on that the cut ended
    Optional<Broken> crashed(MachineState state, PowerOn.Outcome from) {
        BootDecision next = next(state);
        if (release(state, next.slot()).isEmpty()) {
            return broken(
                    Promise.OLD_OR_NEW,
                    "the bootloader would start slot "
                            + next.slot()
                            + ", which holds no complete release");
        }
        Slot other = next.slot().other();
        if (next.record().otherAllowed() && release(state, other).isEmpty()) {
            return broken(
                    Promise.WAY_BACK,
                    "a fallback may go to slot " + other + ", which holds no complete release");
        }
        // the bootloader takes one now, as it took one for the power-on that was cut
        if (next.slot() == from.slot() && !next.fallback() && next.left() < from.left() - 2) {
            return broken(
                    Promise.ONE_ATTEMPT,
                    "slot "
                            + from.slot()
                            + " had "
                            + from.left()
                            + " attempts, and after the next start it has "
                            + next.left());
        }
        Optional<Broken> trusted = trusted(from.start(), state);
        return trusted.isPresent() ? trusted : kept(state);
    }

    /// Neither roots nor times go back.
    private Optional<Broken> trusted(MachineState before, MachineState state) {
        Optional<String> time = trust.timeFault(before, state);
        if (time.isPresent()) return broken(Promise.TIME_FLOOR, time.get());
        return trust.rootFault(before, state).flatMap(how -> broken(Promise.TRUST_FORWARD, how));
    }

    /// What the ledger calls verified has to stand on the medium, unless the medium itself failed.
    private Optional<Broken> ledger(MachineState state, Medium memory) {
        if (scenario.has(Scenario.Habit.LOSES_A_WRITE)
                || scenario.has(Scenario.Habit.ERASE_BLOCKS)) {
            return Optional.empty();
        }
        Optional<byte[]> bytes = newest(memory, Region.LEDGER);
        if (bytes.isEmpty()) return Optional.empty();
        JsonObject ledger = StrictJson.parseObject(bytes.get(), Limits.MESSAGE_BYTES);
        Slot slot = Slot.parse(ledger.text("slot"));
        for (SmallRelease release : world.releases()) {
            if (!release.digest().hex().equals(ledger.text("manifest"))) continue;
            for (Payload.Kind kind : Payload.Kind.values()) {
                JsonObject chunks = ledger.object("chunks");
                int count = chunks.has(kind.toString()) ? chunks.smallInteger(kind.toString()) : 0;
                Medium medium = state.medium(Partition.named(kind.partition(slot)));
                if (release.stands(kind, count, medium)) continue;
                return broken(
                        Promise.LEDGER_TRUE,
                        count
                                + " chunks are recorded in "
                                + kind.partition(slot)
                                + ", not all stand there");
            }
        }
        return Optional.empty();
    }

    private Optional<Broken> kept(MachineState state) {
        if (!isSame(state.medium(Partition.DATA), scenario.start().medium(Partition.DATA))) {
            return broken(Promise.DATA_INTACT, "the data partition is not what it was");
        }
        Medium memory = state.medium(Partition.STATE);
        for (int i = 0; i < IDENTITY.size(); i++) {
            Optional<byte[]> found = newest(memory, IDENTITY.get(i));
            // a device that enrols makes its key and gets its name
            boolean isGrowing =
                    scenario.has(Scenario.Habit.FACTORY) && IDENTITY.get(i) == Region.IDENTITY;
            boolean isRenewing =
                    scenario.has(Scenario.Habit.RENEWAL_DUE) && IDENTITY.get(i) == Region.IDENTITY;
            if (isRenewing && found.isPresent()) {
                Optional<String> fault = certificates.fault(found.get());
                if (fault.isEmpty()) continue;
                return broken(Promise.ONE_CERTIFICATE, fault.get());
            }
            if (isGrowing && (found.isPresent() || !isEnrolled(state))) continue;
            if (found.isPresent() && Arrays.equals(found.get(), identity.get(i))) continue;
            return broken(
                    Promise.IDENTITY_INTACT,
                    "region " + IDENTITY.get(i) + (found.isEmpty() ? " is lost" : " changed"));
        }
        return ledger(state, memory);
    }

    /// A state in which the device rests.
    ///
    /// @param cuts that it took to get there, the fewest
    /// @param isExcused whether the disk failed on the way: then the update may honestly fail
    Optional<Broken> rested(MachineState state, PowerOn.Outcome from, int cuts, boolean isExcused) {
        BootRecord record = record(state);
        String runs =
                release(state, from.slot()).map(one -> one.version().text()).orElse("nothing");
        String told = scenario.ends().told();
        // however many cuts: nothing that its health checks never passed is what remains
        if (!world.release(runs).isHealthy() || record.isOnTrial(from.slot())) {
            return broken(
                    Promise.UNHEALTHY_NEVER_KEPT,
                    "the device rests on " + runs + ", which never passed its health checks");
        }
        // three cuts before the health checks of one boot after the other are a fallback, by rule;
        // then it is enough that the device goes on from a complete release
        if (cuts >= BootRecord.ATTEMPTS && next(state).slot() == from.slot()) {
            return kept(state);
        }
        boolean isCommitted =
                record.first() == from.slot()
                        && record.trial().isEmpty()
                        && record.left(from.slot()) == BootRecord.ATTEMPTS;
        // after a fault of the disk the record may be one step behind, as long as it leads back
        // here
        boolean isSettled = isCommitted || (isExcused && next(state).slot() == from.slot());
        if (!isSettled) {
            return broken(
                    Promise.ONE_ATTEMPT,
                    "at rest the boot record says first "
                            + record.first()
                            + ", left "
                            + record.left(from.slot())
                            + ", trial "
                            + record.trial());
        }
        Instant floor = floor(state);
        if (floor.isBefore(scenario.serverTime().minus(FLOOR_STEP))
                || floor.isAfter(scenario.serverTime().plus(FLOOR_STEP))) {
            return broken(
                    Promise.TIME_FLOOR,
                    "the stored time is " + floor + ", the server says " + scenario.serverTime());
        }
        Optional<Broken> trusted = isExcused ? Optional.empty() : restedInTrust(state, from, cuts);
        if (trusted.isPresent()) return trusted;
        Optional<String> sick = isExcused ? Optional.empty() : sick(state);
        if (sick.isPresent()) return broken(Promise.HEALED, "at rest " + sick.get());
        if (scenario.has(Scenario.Habit.FACTORY) && !isEnrolled(state)) {
            return broken(Promise.ONE_DEVICE, "the device rests and is not enrolled");
        }
        boolean isTold = told.isEmpty() || state.around().told().contains(told);
        if (runs.equals(scenario.ends().runs()) && isTold) return Optional.empty();
        if (isExcused && isHonestFailure(state, runs)) return Optional.empty();
        return wrongEnding(state, runs, cuts);
    }

    /// What rotation, renewal and signed time have to come to.
    private Optional<Broken> restedInTrust(MachineState state, PowerOn.Outcome from, int cuts) {
        Optional<Broken> wentBack = trusted(from.start(), state);
        if (wentBack.isPresent()) return wentBack;
        boolean isBehind =
                scenario.has(Scenario.Habit.ROOTS_ROTATED)
                        && TrustRecords.body(state, Region.TRUST_ROOT)
                                .filter(world.history::isNewestRoot)
                                .isEmpty();
        if (isBehind) return broken(Promise.TRUST_FORWARD, "at rest the newest root is not held");
        if (scenario.has(Scenario.Habit.SIGNED_TIME) && trust.signedTime(state).isEmpty()) {
            return broken(Promise.TIME_FLOOR, "at rest no signed time is held");
        }
        return scenario.has(Scenario.Habit.RENEWAL_DUE)
                ? restedRenewed(state, cuts)
                : Optional.empty();
    }

    private Optional<Broken> restedRenewed(MachineState state, int cuts) {
        long renewals = state.around().count(PowerOn.RENEWED);
        if (renewals > 1L + cuts) {
            return broken(
                    Promise.ONE_CERTIFICATE, renewals + " renewals, and the power went " + cuts);
        }
        boolean isKept =
                newest(state.medium(Partition.STATE), Region.IDENTITY)
                        .filter(certificates::isRenewed)
                        .isPresent();
        return renewals == 0 || isKept
                ? Optional.empty()
                : broken(Promise.ONE_CERTIFICATE, "at rest the renewed certificate is not held");
    }

    private static boolean isEnrolled(MachineState state) {
        return state.around().happened().stream()
                .anyMatch(event -> event.startsWith(PowerOn.ENROLLED));
    }

    /// A copy of a record that nobody could read, though the other one would make it good.
    private static Optional<String> sick(MachineState state) {
        boolean isSound =
                new BootRecords(
                                disk(Partition.ENV_0, state.medium(Partition.ENV_0)),
                                disk(Partition.ENV_1, state.medium(Partition.ENV_1)))
                        .load()
                        .isSound();
        if (!isSound) return Optional.of("a copy of the boot record is broken");
        for (Region region : Region.values()) {
            List<StatePartition.Copy> copies = Copies.of(state.medium(Partition.STATE), region);
            boolean isSick =
                    copies.stream().anyMatch(StatePartition.Copy::isBroken)
                            && copies.stream().anyMatch(copy -> copy.content().isPresent());
            if (isSick) return Optional.of("a copy of region " + region + " is broken");
        }
        return Optional.empty();
    }

    /// The old release runs, and whatever was told says so.
    private boolean isHonestFailure(MachineState state, String runs) {
        boolean isTold =
                state.around().told().stream()
                        .anyMatch(one -> one.startsWith("failed") || one.startsWith("rolled_back"));
        return runs.equals(scenario.from()) && (isTold || scenario.wanted().isEmpty());
    }

    private Optional<Broken> wrongEnding(MachineState state, String runs, int cuts) {
        String wanted = scenario.ends().runs();
        String what =
                runs
                        + " runs and the server was told "
                        + state.around().told()
                        + "; expected "
                        + wanted
                        + " and "
                        + scenario.ends().told();
        if (!scenario.isGood()) {
            return broken(runs.equals(wanted) ? Promise.TRUTH : Promise.UNHEALTHY_NEVER_KEPT, what);
        }
        // so many cuts in a row are a fallback, by rule; but it must be told
        boolean mayFallBack = cuts >= world.subject.health().attempts();
        boolean isToldSo =
                runs.equals(scenario.from())
                        && state.around().told().stream()
                                .anyMatch(one -> one.startsWith("rolled_back"));
        if (mayFallBack && isToldSo) return Optional.empty();
        return broken(runs.equals(wanted) ? Promise.TRUTH : Promise.CUT_IS_NO_FAILURE, what);
    }

    private Instant floor(MachineState state) {
        return newest(state.medium(Partition.STATE), Region.CLOCK)
                .map(bytes -> StrictJson.parseObject(bytes, Limits.MESSAGE_BYTES).text("floor"))
                .map(Instant::parse)
                .orElse(Instant.EPOCH);
    }

    /// What a region holds; the first has to be the newest.
    private static Optional<byte[]> newest(Medium memory, Region region) {
        return Symmetry.contents(Copies.of(memory, region)).stream().findFirst();
    }

    private Optional<SmallRelease> release(MachineState state, Slot slot) {
        Medium image = state.medium(Partition.slot(slot));
        Medium boot = state.medium(Partition.boot(slot));
        Stands known = Objects.requireNonNull(standing.get(slot));
        if (known.slot() != image || known.boot() != boot) {
            known = new Stands(image, boot, world.complete(image, boot));
            standing.put(slot, known);
        }
        return known.release();
    }

    private BootDecision next(MachineState state) {
        Medium first = state.medium(Partition.ENV_0);
        Medium second = state.medium(Partition.ENV_1);
        Decided known = decided;
        if (known == null || known.first() != first || known.second() != second) {
            known = new Decided(first, second, decide(first, second));
            decided = known;
        }
        return known.decision();
    }

    private BootDecision decide(Medium first, Medium second) {
        try {
            return sabotage.bootloader()
                    .boot(disk(Partition.ENV_0, first), disk(Partition.ENV_1, second));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static BootRecord record(MachineState state) {
        return record(state.medium(Partition.ENV_0), state.medium(Partition.ENV_1));
    }

    /// The boot record that counts, as the agent reads it.
    static BootRecord record(Medium first, Medium second) {
        return new BootRecords(disk(Partition.ENV_0, first), disk(Partition.ENV_1, second))
                .load()
                .record();
    }

    private static SimulatedDisk disk(Partition partition, Medium medium) {
        return new SimulatedDisk(
                partition.label(), medium, SimulatedDisk.SECTOR_BYTES, DiskWatch.NONE);
    }

    private static boolean isSame(Medium one, Medium two) {
        if (one == two) return true;
        int[] pages = one.writtenPages().toArray();
        if (!Arrays.equals(pages, two.writtenPages().toArray())) return false;
        return Arrays.stream(pages).allMatch(page -> Arrays.equals(one.page(page), two.page(page)));
    }

    private static Optional<Broken> broken(Promise promise, String how) {
        return Optional.of(new Broken(promise, how));
    }
}

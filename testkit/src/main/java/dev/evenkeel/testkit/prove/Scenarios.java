// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import dev.evenkeel.agent.Log;
import dev.evenkeel.boot.BootRecord;
import dev.evenkeel.boot.BootRecords;
import dev.evenkeel.boot.Bootloader;
import dev.evenkeel.boot.Region;
import dev.evenkeel.boot.StatePartition;
import dev.evenkeel.core.Slot;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.message.Provisioning;
import dev.evenkeel.testkit.DiskWatch;
import dev.evenkeel.testkit.Medium;
import dev.evenkeel.testkit.SimulatedDisk;
import dev.evenkeel.testkit.prove.Scenario.Ending;
import dev.evenkeel.testkit.prove.Scenario.Habit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Random;
import java.util.Set;

/// The stories that are proven, each from a device that the agent itself brought there.
final class Scenarios {
    private static final int MOST_BOOTS = 20;

    private final World world;

    private Scenarios(World world) {
        this.world = world;
    }

    static List<Scenario> of(World world) throws IOException {
        return new Scenarios(world).all();
    }

    /// Where a story ends when nobody cuts anything.
    static MachineState rested(World world, Scenario scenario) throws IOException {
        return new Scenarios(world).rested(scenario);
    }

    private List<Scenario> all() throws IOException {
        var enrolment =
                new Scenario(
                        "enrolment",
                        "the first start of a device that was provisioned: it makes its key and enrols",
                        provisioned(flashed()),
                        World.FACTORY,
                        "",
                        ending(World.FACTORY, ""),
                        Set.of(Habit.FACTORY));
        MachineState fresh =
                forgotten(
                        rested(
                                new Scenario(
                                        "enrol",
                                        "",
                                        factory(),
                                        World.FACTORY,
                                        "",
                                        ending(World.FACTORY, ""),
                                        Set.of(Habit.FACTORY))));
        Scenario first =
                new Scenario(
                        "first-update",
                        "the first update of a device as it was flashed: the other slot is empty",
                        fresh,
                        World.FACTORY,
                        World.GOOD,
                        ending(World.GOOD, "committed " + World.GOOD),
                        Set.of());
        MachineState veteran = forgotten(rested(first));
        MachineState robbed = forgotten(rested(with(first, Habit.KEYS_STOLEN, Habit.SIGNED_TIME)));
        MachineState timed = forgotten(rested(with(first, Habit.SIGNED_TIME, Habit.EARLIER)));
        return List.of(
                enrolment,
                new Scenario(
                        "renewal",
                        "the device's certificate is due and renewed",
                        veteran,
                        World.GOOD,
                        "",
                        ending(World.GOOD, ""),
                        Set.of(Habit.RENEWAL_DUE)),
                first,
                update(
                        robbed,
                        "rotation",
                        "an update after two new roots, which withdrew stolen keys that the device had followed",
                        Habit.ROOTS_ROTATED,
                        Habit.SIGNED_TIME),
                update(
                        timed,
                        "signed-time",
                        "an update of a device without a clock, whose server signs the time",
                        Habit.SIGNED_TIME),
                update(
                        veteran,
                        "update",
                        "an update of a device whose other slot holds the release before"),
                new Scenario(
                        "delta",
                        "an update by deltas from the release that runs",
                        veteran,
                        World.GOOD,
                        World.PATCHED,
                        ending(World.PATCHED, "committed " + World.PATCHED),
                        Set.of()),
                bad(
                        veteran,
                        "red-health",
                        "a required health check of the new release is red",
                        World.RED),
                bad(
                        veteran,
                        "dead-release",
                        "the new release never comes up: its kernel panics",
                        World.DEAD),
                bad(
                        veteran,
                        "mute-release",
                        "the new release's health checks never finish",
                        World.MUTE),
                bad(
                        veteran,
                        "crashing-release",
                        "the new release's agent crashes at every start",
                        World.CRASHING),
                flapping(
                        bad(
                                veteran,
                                "flapping-mains",
                                "the mains flap while the device leaves a release whose agent crashes",
                                World.CRASHING)),
                update(
                        veteran,
                        "broken-link",
                        "an update over a link that breaks in the middle of chunks",
                        Habit.BREAKING_LINK),
                update(
                        veteran,
                        "user-restarts",
                        "the user restarts the device in the middle of the trial",
                        Habit.USER_RESTARTS),
                update(
                        veteran,
                        "lost-write",
                        "the medium loses one write that it acknowledged",
                        Habit.LOSES_A_WRITE),
                update(
                        veteran,
                        "erase-block",
                        "flash of which a cut takes whole erase blocks",
                        Habit.ERASE_BLOCKS),
                update(
                        veteran,
                        "wrong-clock",
                        "a bad time source sets the clock years ahead and back to 1970 in each boot",
                        Habit.WRONG_CLOCK),
                new Scenario(
                        "rollback",
                        "an operator asks the device for the release before",
                        veteran,
                        World.GOOD,
                        "",
                        ending(World.FACTORY, "committed " + World.FACTORY),
                        Set.of(Habit.OPERATOR_ROLLS_BACK)));
    }

    private static Scenario with(Scenario told, Habit... habits) {
        return new Scenario(
                told.name(),
                told.words(),
                told.start(),
                told.from(),
                told.wanted(),
                told.ends(),
                Set.of(habits));
    }

    private static Scenario update(MachineState start, String name, String words, Habit... habits) {
        return new Scenario(
                name,
                words,
                start,
                World.GOOD,
                World.BETTER,
                ending(World.BETTER, "committed " + World.BETTER),
                Set.of(habits));
    }

    private static Scenario bad(MachineState start, String name, String words, String release) {
        return new Scenario(
                name,
                words,
                start,
                World.GOOD,
                release,
                ending(World.GOOD, "rolled_back " + release),
                Set.of());
    }

    /// The same story from where the device falls back, and the power has gone twice since, before
    /// anything but the bootloader ran.
    private Scenario flapping(Scenario told) throws IOException {
        MachineState state = told.start();
        var out = new ByteArrayOutputStream();
        boolean hasLeft = false;
        for (int boots = 0; boots < MOST_BOOTS; boots++) {
            PowerOn.Outcome outcome = powerOn(told, state, out);
            boolean isHome = outcome.slot() == homeOf(told);
            if (hasLeft && isHome) return told.startingAt(dipped(dipped(state)));
            hasLeft |= !isHome;
            state = Symmetry.canonical(outcome.state(), false);
        }
        throw new IllegalStateException(told.name() + " never falls back:\n" + out);
    }

    private Slot homeOf(Scenario told) {
        return StateCheck.record(
                        told.start().medium(Partition.ENV_0), told.start().medium(Partition.ENV_1))
                .first();
    }

    /// The power goes right after the bootloader has written its record.
    private static MachineState dipped(MachineState state) throws IOException {
        SimulatedDisk first = disk(state, Partition.ENV_0);
        SimulatedDisk second = disk(state, Partition.ENV_1);
        Bootloader.SHIPPED.boot(first, second);
        return state.with(Partition.ENV_0, first.settled()).with(Partition.ENV_1, second.settled());
    }

    /// The device alone, as the next story finds it.
    private static MachineState forgotten(MachineState state) {
        return state.with(Surroundings.NONE);
    }

    private static Ending ending(String runs, String told) {
        return new Ending(runs, told);
    }

    /// A device as it leaves the factory, provisioned and with a key that is known to the proof.
    private MachineState factory() throws IOException {
        MachineState state = provisioned(flashed());
        SimulatedDisk memory = disk(state, Partition.STATE);
        String key = Base64.getEncoder().encodeToString(world.deviceKey.toPkcs8());
        new StatePartition(memory)
                .write(
                        Region.IDENTITY,
                        JsonObject.of("type", "identity")
                                .with("format", 1)
                                .with("key", key)
                                .toCanonicalBytes());
        return state.with(Partition.STATE, memory.medium());
    }

    private MachineState flashed() {
        Subject subject = world.subject;
        SmallRelease release = world.release(World.FACTORY);
        var media = new EnumMap<Partition, Medium>(Partition.class);
        for (Partition partition : Partition.values()) {
            media.put(
                    partition,
                    switch (partition) {
                        case ENV_0, ENV_1 -> Medium.blank(1 << 20);
                        case STATE -> Medium.blank(StatePartition.SIZE_BYTES);
                        case BOOT_A -> Medium.blank(subject.bootBytes()).with(0, release.boot());
                        case SLOT_A -> Medium.blank(subject.slotBytes()).with(0, release.slot());
                        case BOOT_B -> Medium.blank(subject.bootBytes());
                        case SLOT_B -> Medium.blank(subject.slotBytes());
                        case DATA -> Medium.blank(subject.dataBytes()).with(0, usersData());
                    });
        }
        return new MachineState(media, Surroundings.NONE);
    }

    private MachineState provisioned(MachineState blank) throws IOException {
        SimulatedDisk first = disk(blank, Partition.ENV_0);
        SimulatedDisk second = disk(blank, Partition.ENV_1);
        var records = new BootRecords(first, second);
        records.store(BootRecord.FACTORY);
        records.store(BootRecord.FACTORY);
        SimulatedDisk state = disk(blank, Partition.STATE);
        var partition = new StatePartition(state);
        var provisioning =
                new Provisioning(
                        world.subject.fleet(),
                        world.subject.compatible().deviceType(),
                        world.subject.compatible().revisions().min(),
                        URI.create("https://server"),
                        new byte[] {1},
                        ProverServer.TOKEN,
                        world.trustedRoot);
        partition.write(Region.PROVISIONING, provisioning.toBytes());
        partition.mirror(Region.PROVISIONING);
        return blank.with(Partition.ENV_0, first.medium())
                .with(Partition.ENV_1, second.medium())
                .with(Partition.STATE, state.medium());
    }

    private static SimulatedDisk disk(MachineState state, Partition partition) {
        return new SimulatedDisk(
                partition.label(),
                state.medium(partition),
                SimulatedDisk.SECTOR_BYTES,
                DiskWatch.NONE);
    }

    private static byte[] usersData() {
        byte[] bytes = new byte[Medium.PAGE_BYTES];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    /// Where a scenario ends when nobody cuts anything.
    private MachineState rested(Scenario scenario) {
        var out = new ByteArrayOutputStream();
        MachineState state = Symmetry.canonical(scenario.start(), false);
        for (int boots = 0; boots < MOST_BOOTS; boots++) {
            PowerOn.Outcome outcome = powerOn(scenario, state, out);
            state = Symmetry.canonical(outcome.state(), false);
            if (outcome.end() == PowerOn.End.REST) {
                return state;
            }
        }
        throw new IllegalStateException(
                scenario.name() + " does not come to rest even without a cut:\n" + out);
    }

    private PowerOn.Outcome powerOn(
            Scenario scenario, MachineState state, ByteArrayOutputStream out) {
        var log = new Log(new PrintStream(out, true, StandardCharsets.UTF_8));
        return new PowerOn(world, scenario, state, Sabotage.NONE, Faults.NONE, log).run();
    }
}

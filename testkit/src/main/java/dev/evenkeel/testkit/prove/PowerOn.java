// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import dev.evenkeel.agent.Agent;
import dev.evenkeel.agent.Device;
import dev.evenkeel.agent.Log;
import dev.evenkeel.agent.RunningRelease;
import dev.evenkeel.boot.BootDecision;
import dev.evenkeel.boot.BootRecord;
import dev.evenkeel.boot.BootRecords;
import dev.evenkeel.core.BootId;
import dev.evenkeel.core.Disk;
import dev.evenkeel.core.Slot;
import dev.evenkeel.core.message.BootReport;
import dev.evenkeel.linux.BlockDevice;
import dev.evenkeel.linux.KernelCommandLine;
import dev.evenkeel.linux.OverlayUse;
import dev.evenkeel.testkit.SimulatedDisk;
import dev.evenkeel.testkit.prove.Scenario.Habit;
import dev.evenkeel.testkit.prove.SmallRelease.Conduct;
import dev.evenkeel.trust.PublicKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;

/// One power-on of the simulated device, from the bootloader to the moment when it rests or
/// restarts: the bootloader's shipped table, what the system around the agent does, and the agent
/// that ships. Everything in it is determined by the state at its start, so that a power cut after
/// its n-th operation leaves what its first n operations say.
final class PowerOn implements Device, DiskTrace.Listener, ProverServer.Listener {
    /// Small, so that a small image is flushed several times.
    static final int FLUSH_BYTES = 2 * SmallRelease.CHUNK_BYTES;

    private static final ThreadLocal<ByteBuffer> READ_BACK =
            ThreadLocal.withInitial(() -> BlockDevice.alignedBuffer(1 << 20));
    private static final Duration HEALTH_AFTER = Duration.ofSeconds(3);
    private static final Duration USER_AFTER = Duration.ofSeconds(6);
    static final String ENROLLED = "enrolled ";
    static final String RENEWED = "renewed ";
    private static final String ANSWERED = "the operator's rollback is answered";
    private static final int MOST_AGENT_STARTS = 10;

    /// How it ended.
    enum End {
        REST,
        /// Asked for, by deadline, or because the slot did not come up.
        RESTART,
        STUCK
    }

    /// @param start the state in which the power came
    /// @param state the one that it led to
    /// @param left attempts of the slot that booted, before this boot took one
    /// @param calls one letter for each disk call: `r`ead, `w`rite, `f`lush
    /// @param why in words, how it ended
    record Outcome(
            List<Operation> trace,
            End end,
            MachineState start,
            MachineState state,
            List<Broken> broken,
            Slot slot,
            int left,
            String calls,
            int messages,
            String why) {}

    private final World world;
    private final Scenario scenario;
    private final MachineState start;
    private final Sabotage sabotage;
    private final Faults faults;
    private final Log log;
    private final ProverServer server;
    private final PowerOnClock clock;
    private final DiskTrace trace;
    private final EnumMap<Partition, SimulatedDisk> disks = new EnumMap<>(Partition.class);
    private final Map<String, Map<String, String>> facts = new HashMap<>();
    private final Map<String, String> left = new HashMap<>();
    private final List<Broken> broken = new ArrayList<>();
    private Surroundings around;
    private Slot slot = Slot.A;
    private boolean isTrial;
    private int draws;
    private Optional<SmallRelease> running = Optional.empty();
    private KernelCommandLine commandLine = new KernelCommandLine(Map.of());
    private BootId bootId = new BootId("00000000-0000-0000-0000-000000000000");

    PowerOn(
            World world,
            Scenario scenario,
            MachineState start,
            Sabotage sabotage,
            Faults faults,
            Log log) {
        this.world = world;
        this.scenario = scenario;
        this.start = faults.rot().before(start, faults.rotPlace());
        this.faults = faults;
        this.sabotage = sabotage;
        this.log = log;
        this.around = start.around();
        this.trace = new DiskTrace(faults, this);
        this.server = new ProverServer(world, scenario, faults, this);
        this.clock =
                new PowerOnClock(
                        this::afterTick,
                        () -> trace.activity() + server.messages(),
                        scenario.has(Habit.WRONG_CLOCK));
        for (Partition partition : Partition.values()) {
            disks.put(
                    partition,
                    new SimulatedDisk(
                            partition.label(),
                            this.start.medium(partition),
                            world.subject.sectorBytes(),
                            trace));
        }
        if (faults.rot() == Rot.UNREADABLE_RECORD) {
            Rot.Spot spot = Rot.records(start).get(faults.rotPlace());
            disk(spot.partition()).spoil(spot.offset());
        }
    }

    Outcome run() {
        return ScopedValue.where(RememberedSignatures.CHANCE, this::fillByChance).call(this::ran);
    }

    /// Random bytes that the state determines: a key that nobody heard of is made again the same,
    /// so that it is no other state; once the server knows one, the next is another.
    private void fillByChance(byte[] bytes) {
        new Random(Hash.of2(Hash.of(around.toString()), draws++)).nextBytes(bytes);
    }

    private Outcome ran() {
        int before = 0;
        try {
            before = startBootloader();
            if (running.isEmpty()) {
                broken(
                        Promise.OLD_OR_NEW,
                        "the bootloader starts slot " + slot + ", which holds no complete release");
                return outcome(End.RESTART, before, "slot " + slot + " does not load");
            }
            if (running.get().conduct() == Conduct.DEAD) {
                return outcome(
                        End.RESTART,
                        before,
                        "the kernel of " + running.get().version() + " panics");
            }
            startSystem();
            return running.get().conduct() == Conduct.CRASHING ? hang(before) : work(before);
        } catch (IOException failed) {
            return outcome(End.RESTART, before, "the bootloader fails: " + failed.getMessage());
        }
    }

    private int startBootloader() throws IOException {
        trace.direct(true);
        Disk first = disk(Partition.ENV_0);
        Disk second = disk(Partition.ENV_1);
        var found = new BootRecords(first, second).load().record();
        BootDecision decision;
        try {
            decision = sabotage.bootloader().boot(first, second);
        } catch (IOException unwritten) {
            // the script says so and boots all the same
            decision = sabotage.bootloader().table().decide(found);
        }
        trace.direct(false);
        slot = decision.slot();
        isTrial = decision.trial();
        running = release(slot);
        String root = running.map(one -> one.verityRoot().hex()).orElse("");
        commandLine =
                KernelCommandLine.parse(
                        "evenkeel.slot="
                                + slot
                                + " evenkeel.trial="
                                + (isTrial ? 1 : 0)
                                + " evenkeel.left="
                                + decision.left()
                                + " evenkeel.fallback="
                                + (decision.fallback() ? 1 : 0)
                                + " evenkeel.verity_root="
                                + root);
        return decision.fallback() ? BootRecord.ATTEMPTS : found.left(slot);
    }

    private void startSystem() {
        bootId = Symmetry.freshBoot(start);
        facts.put("boot", Map.of("data", "ok", "log", "ok"));
        trace.running(slot);
        if (faults.rot() != Rot.ROTTEN_SOURCE) return;
        Rot.Spot spot = Rot.chunks(slot).get(faults.rotPlace());
        disk(spot.partition()).rotUncached(spot.offset(), 0);
    }

    /// An agent that ends at every start leaves the deadline to end the trial.
    private Outcome hang(int before) {
        return isTrial
                ? outcome(End.RESTART, before, "the trial's deadline passes, without an agent")
                : outcome(End.STUCK, before, "the agent crashes at every start, and no trial runs");
    }

    /// The agent as systemd starts it: again whenever it ends, a second later.
    private Outcome work(int before) {
        for (int starts = 0; starts < MOST_AGENT_STARTS; starts++) {
            try (Agent agent =
                    new Agent(
                            sabotage.device(this),
                            _ -> sabotage.server(this, server),
                            clock,
                            new Random(1),
                            log,
                            FLUSH_BYTES)) {
                clock.watch(agent);
                String why = ending(agent);
                End end = clock.isStuck() ? End.STUCK : End.RESTART;
                return outcome(clock.isAtRest() ? End.REST : end, before, why);
            } catch (IOException | RuntimeException died) {
                clock.agentDied();
            }
        }
        return outcome(End.STUCK, before, "the agent dies at every start");
    }

    /// Lets the agent work until somebody ends this boot, and stops it as systemd does.
    private String ending(Agent agent) throws IOException {
        String why;
        try {
            agent.run();
            why = "the agent restarts the device";
        } catch (InterruptedException ended) {
            why = String.valueOf(ended.getMessage());
        }
        if (clock.isAtRest() || clock.isStuck()) return why;
        facts.putIfAbsent("stopping", Map.of("orderly", "no"));
        agent.onStop();
        return why;
    }

    private Outcome outcome(End end, int before, String why) {
        MachineState state = start.with(around);
        for (Partition partition : Partition.values()) {
            state = state.with(partition, disk(partition).settled());
        }
        broken.addAll(trace.broken());
        return new Outcome(
                trace.operations(),
                end,
                start,
                state,
                broken,
                slot,
                before,
                trace.calls(),
                server.messages(),
                why);
    }

    /// What the system and the people around the agent do, once a second.
    private void afterTick(Agent agent) throws InterruptedException {
        Duration up = clock.sinceBoot();
        SmallRelease release = running.orElseThrow();
        if (up.compareTo(HEALTH_AFTER) >= 0 && !facts.containsKey("health")) giveVerdict(release);
        if (isTrial
                && !left.containsKey("committed")
                && up.toSeconds() >= release.manifest().health().deadlineSeconds()) {
            throw new InterruptedException("the trial's deadline passes");
        }
        boolean isAsking =
                scenario.has(Habit.OPERATOR_ROLLS_BACK)
                        && !around.has(ANSWERED)
                        && release.version().text().equals(scenario.from());
        if (isAsking && agent.isAtRest()) {
            left.put("rollback-request", "");
            clock.stir();
        }
        if (isTrial
                && up.compareTo(USER_AFTER) >= 0
                && once(Habit.USER_RESTARTS, "user restarts the device")) {
            facts.put("stopping", Map.of("orderly", "yes"));
            throw new InterruptedException("the user restarts the device");
        }
    }

    private void giveVerdict(SmallRelease release) {
        if (release.conduct() == Conduct.MUTE) return;
        boolean isGreen = release.conduct() == Conduct.HEALTHY;
        facts.put(
                "health",
                isGreen
                        ? Map.of("verdict", "green", "finished", "3")
                        : Map.of("verdict", "red", "failed", "50-app.sh", "reason", "broken"));
        clock.stir();
    }

    private boolean once(Habit habit, String event) {
        if (!scenario.has(habit) || around.has(event)) return false;
        happened(around.happened(event), event);
        return true;
    }

    private void happened(Surroundings now, String what) {
        around = now;
        trace.told(now, what);
    }

    private void broken(Promise promise, String how) {
        broken.add(new Broken(promise, how));
    }

    @Override
    public boolean losesWrite(Partition partition) {
        return partition.kind() == Partition.Kind.PAYLOAD
                && once(Habit.LOSES_A_WRITE, "the medium loses a write");
    }

    @Override
    public void reported(BootReport report, byte[] envelope) {
        if (around.counters().contains(report.counter())) return;
        String outcome = "";
        if (report.outcome() != BootReport.Outcome.NONE) {
            String release = report.update().map(one -> one.release().text()).orElse("?");
            outcome = report.outcome() + " " + release;
            if (report.outcome() == BootReport.Outcome.COMMITTED) requireTrue(release);
        }
        happened(around.told(outcome, report.counter()), "server has report " + report.counter());
    }

    /// A report was true when it was signed. One on the release that ran when the story began may
    /// come late; on the new one there is no such excuse.
    private void requireTrue(String release) {
        if (release.equals(scenario.from())) return;
        BootRecord record =
                StateCheck.record(disk(Partition.ENV_0).seen(), disk(Partition.ENV_1).seen());
        boolean isTrue =
                running.filter(one -> one.version().text().equals(release)).isPresent()
                        && record.first() == slot
                        && record.trial().isEmpty();
        if (!isTrue)
            broken(
                    Promise.TRUTH,
                    "success of " + release + " was told, and it does not run committed");
    }

    /// One device, one key, one use of the token: whoever shows the token with another key is
    /// somebody else.
    @Override
    public boolean enrols(PublicKey shown) {
        Optional<PublicKey> known = enrolledKey();
        if (known.isEmpty() && !hasToEnrol()) known = Optional.of(world.deviceKey.publicKey());
        if (known.isEmpty()) {
            String event = ENROLLED + HexFormat.of().formatHex(shown.toSpki());
            happened(around.happened(event), "the server enrols the device");
            return true;
        }
        if (known.get().equals(shown)) return true;
        broken(Promise.ONE_DEVICE, "the token, used already, is shown with another key");
        return false;
    }

    @Override
    public PublicKey deviceKey() {
        return enrolledKey().orElseGet(world.deviceKey::publicKey);
    }

    @Override
    public void renews() {
        String event = RENEWED + (around.count(RENEWED) + 1);
        happened(around.happened(event), "the server renews the certificate");
    }

    private Optional<PublicKey> enrolledKey() {
        return around.happened().stream()
                .filter(event -> event.startsWith(ENROLLED))
                .map(event ->
                        PublicKey.fromSpki(
                                HexFormat.of().parseHex(event.substring(ENROLLED.length()))))
                .findFirst();
    }

    /// Whether this story is about a device that nobody knows yet.
    boolean hasToEnrol() {
        return scenario.has(Habit.FACTORY);
    }

    boolean has(Habit habit) {
        return scenario.has(habit);
    }

    boolean isEnrolled() {
        return enrolledKey().isPresent();
    }

    /// What the device's own clock says, when a time source set it.
    Optional<Instant> clockSays() {
        return clock.isSynced() ? Optional.of(clock.wall()) : Optional.empty();
    }

    @Override
    public void fetches(String pack, long from, long length) {
        if (scenario.wanted().isEmpty()) return;
        PackContents contents = world.packs(scenario.wanted());
        if (pack.startsWith("deltas/")) {
            requireSomeAbsent(contents.all());
            return;
        }
        requireAbsent(contents.beginningAt(pack, from));
        requireAbsent(contents.endingAt(pack, from + length));
    }

    /// The one frame of a small delta makes all chunks of its image.
    private void requireSomeAbsent(List<PackContents.Piece> pieces) {
        boolean isAllThere =
                pieces.stream()
                        .allMatch(piece ->
                                piece.stands(
                                        disk(Partition.named(piece.kind().partition(slot.other())))
                                                .medium()));
        if (isAllThere) {
            broken(Promise.FETCHED_ONCE, "a delta is fetched, and all that it makes stands");
        }
    }

    private void requireAbsent(List<PackContents.Piece> pieces) {
        for (PackContents.Piece piece : pieces) {
            Partition target = Partition.named(piece.kind().partition(slot.other()));
            if (piece.stands(disk(target).medium())) {
                broken(
                        Promise.FETCHED_ONCE,
                        "a chunk is fetched that stands in "
                                + target.label()
                                + " at "
                                + piece.offset());
            }
        }
    }

    @Override
    public void stalled() {
        clock.pass(Duration.ofMinutes(10));
    }

    SimulatedDisk disk(Partition partition) {
        return Objects.requireNonNull(disks.get(partition));
    }

    Slot slot() {
        return slot;
    }

    private Optional<SmallRelease> release(Slot of) {
        return world.complete(disk(Partition.slot(of)).seen(), disk(Partition.boot(of)).seen());
    }

    @Override
    public Disk open(String partition, boolean writable) {
        return disk(Partition.named(partition));
    }

    @Override
    public ByteBuffer alignedBuffer(int bytes) {
        return READ_BACK.get();
    }

    @Override
    public KernelCommandLine commandLine() {
        return commandLine;
    }

    @Override
    public BootId bootId() {
        return bootId;
    }

    @Override
    public RunningRelease release() {
        return running.orElseThrow().running();
    }

    @Override
    public Map<String, String> facts(String name) {
        return facts.getOrDefault(name, Map.of());
    }

    @Override
    public String line(String name) {
        return "";
    }

    @Override
    public OverlayUse overlay() {
        return new OverlayUse(1_000, 64_000);
    }

    @Override
    public boolean isClockSynced() {
        return clock.isSynced();
    }

    @Override
    public void leave(String name, String content) {
        left.put(name, content);
        // an operator who got no answer asks again; one who got it relies on it
        if (name.equals("rollback-answer")) once(Habit.OPERATOR_ROLLS_BACK, ANSWERED);
    }

    @Override
    public Optional<String> take(String name) {
        return Optional.ofNullable(left.remove(name));
    }

    @Override
    public boolean reboot(String reason) {
        return true;
    }
}

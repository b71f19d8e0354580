// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit;

import dev.evenkeel.agent.Device;
import dev.evenkeel.agent.RunningRelease;
import dev.evenkeel.boot.BootDecision;
import dev.evenkeel.boot.BootRecord;
import dev.evenkeel.boot.BootRecords;
import dev.evenkeel.boot.Region;
import dev.evenkeel.boot.StatePartition;
import dev.evenkeel.core.BootId;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Disk;
import dev.evenkeel.core.Slot;
import dev.evenkeel.core.message.Provisioning;
import dev.evenkeel.linux.BlockDevice;
import dev.evenkeel.linux.KernelCommandLine;
import dev.evenkeel.linux.OverlayUse;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// A device in memory: disks that lose power, the boot script's decision, and what the system
/// around the agent would leave for it.
public final class SimulatedDevice implements Device {
    public static final int PARTITION_BYTES = 1 << 20;

    /// What the user has on the data partition, which no update touches.
    public static final byte[] USERS_DATA = BuiltRelease.image("the user's", 4096);

    public final PowerSupply power;
    public final Map<String, SimulatedDisk> disks = new HashMap<>();
    public final Map<String, Map<String, String>> facts = new HashMap<>();
    public final Map<String, String> left = new HashMap<>();
    private final List<BuiltRelease> known;
    private KernelCommandLine commandLine = new KernelCommandLine(Map.of());
    private Optional<BuiltRelease> running = Optional.empty();
    private BootId bootId = new BootId("00000000-0000-0000-0000-000000000000");
    private int boots;
    public boolean isSynced;

    public SimulatedDevice(Repository repository, BuiltRelease factory, long seed)
            throws IOException {
        this(repository, factory, seed, roomFor(factory));
    }

    public SimulatedDevice(
            Repository repository, BuiltRelease factory, long seed, int otherSlotBytes)
            throws IOException {
        this(
                repository.releases,
                factory,
                new Provisioning(
                        BuiltRelease.FLEET,
                        BuiltRelease.TYPE,
                        1,
                        URI.create("https://server"),
                        new byte[] {1},
                        SimulatedServer.TOKEN,
                        repository.publisher.root()),
                seed,
                otherSlotBytes);
    }

    /// @param known all releases that it may ever hold; may grow
    public SimulatedDevice(
            List<BuiltRelease> known,
            BuiltRelease factory,
            Provisioning provisioning,
            long seed,
            int otherSlotBytes)
            throws IOException {
        this.power = new PowerSupply(seed);
        this.known = known;
        add("env-0", PARTITION_BYTES);
        add("env-1", PARTITION_BYTES);
        add("state", (int) StatePartition.SIZE_BYTES);
        for (String name : List.of("boot-a", "boot-b")) add(name, PARTITION_BYTES);
        add("slot-a", roomFor(factory));
        add("slot-b", otherSlotBytes);
        add("data", PARTITION_BYTES);
        disk("data").fill(USERS_DATA);
        disk("boot-a").fill(factory.boot());
        disk("slot-a").fill(factory.slot());
        StatePartition.format(disk("state"));
        new StatePartition(disk("state")).write(Region.PROVISIONING, provisioning.toBytes());
        var records = new BootRecords(disk("env-0"), disk("env-1"));
        records.store(BootRecord.FACTORY);
        records.store(BootRecord.FACTORY);
    }

    /// Behind a larger image there is room for a frame of a delta too.
    private static int roomFor(BuiltRelease factory) {
        int image = factory.slot().length;
        return image <= PARTITION_BYTES ? PARTITION_BYTES : 2 * image;
    }

    public SimulatedDisk disk(String name) {
        SimulatedDisk disk = disks.get(name);
        if (disk == null) throw new IllegalArgumentException("no partition " + name);
        return disk;
    }

    public BootRecords bootRecords() {
        return new BootRecords(disk("env-0"), disk("env-1"));
    }

    /// Turns the power on: the boot script decides, and a slot that is no complete release does not
    /// come up, which costs its attempt.
    public BootDecision boot() throws IOException {
        power.back();
        for (int tries = 0; tries < 20; tries++) {
            BootDecision decision = bootOnce();
            if (running.isPresent()) return decision;
        }
        throw new AssertionError("neither slot comes up");
    }

    /// As [#boot] while the power is on, but when the chosen slot does not come up that is all: see
    /// [#running].
    public BootDecision bootOnce() throws IOException {
        BootDecision decision = BootDecision.decide(bootRecords().load().record());
        bootRecords().store(decision.record());
        running = release(decision.slot());
        running.ifPresent(release -> begin(decision, release));
        return decision;
    }

    /// What the last boot brought up; empty when its slot held no complete release.
    public Optional<BuiltRelease> running() {
        return running;
    }

    /// A boot whose kernel panics or hangs before anything of ours runs.
    public void bootInVain() throws IOException {
        power.back();
        BootDecision decision = BootDecision.decide(bootRecords().load().record());
        bootRecords().store(decision.record());
    }

    public Optional<BuiltRelease> release(Slot slot) {
        return known.stream()
                .filter(one ->
                        disk("slot-" + slot).medium().startsWith(one.slot())
                                && disk("boot-" + slot).medium().startsWith(one.boot()))
                .findFirst();
    }

    public void healthy() {
        facts.put("health", Map.of("verdict", "green", "finished", "30"));
    }

    public void unhealthy(String check, String reason) {
        facts.put("health", Map.of("verdict", "red", "failed", check, "reason", reason));
    }

    public boolean wantsReboot() {
        return left.containsKey("reboot");
    }

    private void begin(BootDecision decision, BuiltRelease release) {
        boots++;
        bootId = new BootId(new UUID(7, boots).toString());
        left.clear();
        facts.clear();
        facts.put("boot", Map.of("data", "ok", "log", "wiped"));
        commandLine =
                KernelCommandLine.parse(
                        "quiet evenkeel.slot="
                                + decision.slot()
                                + " evenkeel.trial="
                                + (decision.trial() ? 1 : 0)
                                + " evenkeel.left="
                                + decision.left()
                                + " evenkeel.fallback="
                                + (decision.fallback() ? 1 : 0)
                                + " evenkeel.verity_root="
                                + Digest.of(release.slot()));
    }

    private void add(String name, int sizeBytes) {
        var disk =
                new SimulatedDisk(name, Medium.blank(sizeBytes), SimulatedDisk.SECTOR_BYTES, power);
        power.feed(disk);
        disks.put(name, disk);
    }

    @Override
    public Disk open(String partition, boolean writable) {
        return disk(partition);
    }

    @Override
    public ByteBuffer alignedBuffer(int bytes) {
        return BlockDevice.alignedBuffer(bytes);
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
        return facts(name).getOrDefault("line", "");
    }

    @Override
    public OverlayUse overlay() {
        return new OverlayUse(1_000, 64_000);
    }

    @Override
    public boolean isClockSynced() {
        return isSynced;
    }

    @Override
    public void leave(String name, String content) {
        left.put(name, content);
    }

    @Override
    public Optional<String> take(String name) {
        return Optional.ofNullable(left.remove(name));
    }

    @Override
    public boolean reboot(String reason) {
        left.put("reboot", reason);
        return true;
    }
}

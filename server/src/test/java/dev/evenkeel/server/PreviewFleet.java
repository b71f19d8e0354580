// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.ClockQuality;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.RolloutId;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.message.Condition;
import dev.evenkeel.core.message.DownloadPlan;
import dev.evenkeel.core.message.Running;
import dev.evenkeel.core.message.Stage;
import dev.evenkeel.server.delta.DeltaOptions;
import dev.evenkeel.trust.PrivateKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A real server with a dozen devices in every state that the console has a word for, and one that
/// waits at the door.
final class PreviewFleet implements AutoCloseable {
    private static final int DEVICES = 14;
    private static final int POLL_SECONDS = 2;
    private static final long OVERLAY_BYTES = 67_108_864;

    final RunningServer home;
    final List<FakeAgent> devices = new ArrayList<>();
    private final List<FakeAgent> silent = new ArrayList<>();
    private SimulatedUpdate downloading;
    private int percent = 8;

    PreviewFleet(Path folder) throws IOException {
        home =
                new RunningServer(
                        RunningServer.options(folder.resolve("data"))
                                .withPollSeconds(POLL_SECONDS)
                                .withDeltas(DeltaOptions.DEFAULT));
        TestRelease first = publish(folder, "1.1", "252.38-1", "3.0.17-1", "1.4-2");
        TestRelease second = publish(folder, "1.2", "252.39-1", "3.0.18-1", "");
        for (int i = 0; i < DEVICES; i++) devices.add(enrol(i));
        group("vans", devices.subList(0, 5));
        RolloutId one = rollOut("1.1");
        for (FakeAgent device : devices.subList(0, 12)) succeed(device, one, first);
        RolloutId two = rollOut("1.2");
        for (FakeAgent device : devices) device.checksIn();
        spread(two, second);
        FakeAgent.asks(home.unknown, "simpleenroll", "", FakeAgent.request(PrivateKey.generate()));
    }

    private TestRelease publish(
            Path folder, String version, String systemd, String openssl, String extra)
            throws IOException {
        var packages =
                new java.util.TreeMap<>(
                        Map.of(
                                "bash",
                                "5.2.37-2",
                                "busybox",
                                "1:1.37.0-6",
                                "openssl",
                                openssl,
                                "systemd",
                                systemd,
                                "linux-image-cloud-amd64",
                                "6.12.41-1"));
        packages.put(extra.isEmpty() ? "libzstd1" : "telnet", extra.isEmpty() ? "1.5.7" : extra);
        TestRelease release =
                TestRelease.build(folder.resolve(version), version, packages, new FleetId("home"));
        home.publish(release);
        return release;
    }

    private FakeAgent enrol(int number) throws IOException {
        FakeAgent device = home.device();
        device.condition = new Condition((number + 1) * 3_100_000L, OVERLAY_BYTES, "ok", "ok", "");
        device.checksIn();
        return device;
    }

    private void group(String name, List<FakeAgent> members) throws IOException {
        var ids = JsonArray.ofTexts(members.stream().map(device -> device.id.text()).toList());
        home.operator.send(
                "PUT",
                "/api/v1/groups/" + name,
                JsonObject.EMPTY.with("devices", ids).toCanonicalBytes(),
                Map.of());
    }

    RolloutId rollOut(String release) throws IOException {
        return new RolloutId(home.rollOut(release).text("rollout"));
    }

    private static void succeed(FakeAgent device, RolloutId rollout, TestRelease release)
            throws IOException {
        new SimulatedUpdate(device, rollout, release).downloads(40).reboots().tries().commits();
    }

    private void spread(RolloutId rollout, TestRelease release) throws IOException {
        for (int i = 0; i < 4; i++) succeed(devices.get(i), rollout, release);
        update(4, rollout, release).downloads(90).reboots().tries();
        update(5, rollout, release).downloads(80).reboots();
        downloading = update(6, rollout, release).downloads(percent);
        update(7, rollout, release)
                .asks(
                        new DownloadPlan(
                                DownloadPlan.Way.FULL,
                                83_114_211,
                                0,
                                DownloadPlan.Decision.ASK,
                                "full download of 83114211 bytes because no delta: none is offered"
                                        + " from image 72ab0a7f285a...; the budget of group lte is"
                                        + " 20000000 bytes: asks an operator"));
        update(8, rollout, release).tells(Stage.VERIFYING, 96, "reading the slot back");
        FakeAgent returned = devices.get(9);
        Running before = returned.running;
        update(9, rollout, release)
                .downloads(50)
                .reboots()
                .tries()
                .rollsBack(before, "required check 20-network.sh failed in three trial boots");
        update(10, rollout, release).fails("slot-b has 180 MB, the slot image of 1.2 needs 189 MB");
        silent.add(devices.get(11));
        FakeAgent twin = devices.get(12);
        for (int i = 0; i < 4; i++) twin.checksIn();
        twin.at(home.server.address(), home.server.certificate()).forgets().triesToCheckIn();
        FakeAgent broken = devices.get(13);
        broken.clock = ClockQuality.FLOOR;
        broken.condition =
                new Condition(
                        61_000_000,
                        OVERLAY_BYTES,
                        "broken: ext4 superblock and its copies do not read",
                        "wiped",
                        "data partition could not be mounted");
        broken.checksIn();
    }

    private SimulatedUpdate update(int number, RolloutId rollout, TestRelease release) {
        return new SimulatedUpdate(devices.get(number), rollout, release);
    }

    /// Everybody but the silent ones checks in, and the download goes on.
    void poll() throws IOException {
        percent = percent >= 94 ? 8 : percent + 3;
        downloading.downloads(percent);
        for (FakeAgent device : devices) {
            if (device != downloading.device() && !silent.contains(device)) device.triesToCheckIn();
        }
    }

    @Override
    public void close() {
        home.close();
    }
}

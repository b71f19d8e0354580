// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.core.Version;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.image.AgentRoot;
import dev.evenkeel.image.process.Child;
import dev.evenkeel.image.process.ChildFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/// The agent's daily life in some seconds, against the real server: it enrols and installs 1.1;
/// then, in the boot that is recorded, it commits 1.1, checks in, and installs 1.2.
final class AgentTraining {
    private static final Version FACTORY = new Version("1.0");
    private static final Version FIRST = new Version("1.1");
    private static final Version SECOND = new Version("1.2");

    /// The agent of a folder asks for a reboot so.
    private static final int REBOOT = 75;

    /// Of one boot; some seconds are usual.
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final Duration LOOK = Duration.ofMillis(100);

    private final AgentRoot agent;
    private final Path work;

    /// @param work a folder for device, server and releases
    AgentTraining(AgentRoot agent, Path work) {
        this.agent = agent;
        this.work = work;
    }

    /// Lives through it; the second boot has the JVM's flags `recording` too.
    void run(List<String> recording) throws IOException {
        try (var fleet = new DemoFleet(work.resolve("server"), "127.0.0.1", 1)) {
            fleet.start();
            var device = new TrainingDevice(work.resolve("device"), fleet.provisioning());
            device.boot(FACTORY);
            update(fleet, device, FIRST, List.of(), _ -> true);
            device.boot(FIRST);
            update(fleet, device, SECOND, recording, AgentTraining::runsFirstForGood);
        }
    }

    /// Runs the agent and rolls `release` out once the server says of the device what `when` wants;
    /// ends when the agent has installed it and wants to restart into it.
    private void update(
            DemoFleet fleet,
            TrainingDevice device,
            Version release,
            List<String> flags,
            Predicate<JsonObject> when)
            throws IOException {
        fleet.publish(TrainingRelease.make(work.resolve(release.text()), release));
        var ended = new AtomicReference<Optional<ChildFailure>>(Optional.empty());
        List<String> command = command(device, flags);
        Thread boot =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                Child.of("running the agent", command).run();
                            } catch (ChildFailure end) {
                                ended.set(Optional.of(end));
                            }
                        });
        try {
            while (boot.isAlive() && fleet.device().filter(when).isEmpty()) Thread.sleep(LOOK);
            if (boot.isAlive()) fleet.startRollout(release);
            boot.join();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("the training was interrupted", stop);
        }
        ChildFailure end =
                ended.get()
                        .orElseThrow(() ->
                                new IOException("the agent ended without installing " + release));
        if (end.status() != REBOOT) throw end;
    }

    private List<String> command(TrainingDevice device, List<String> flags) throws IOException {
        // timeout(1) ends an agent that got stuck
        var command =
                new ArrayList<>(List.of("timeout", "--kill-after=10", PATIENCE.toSeconds() + "s"));
        command.addAll(
                agent.command(
                        work,
                        flags,
                        List.of("run", "--device-folder", device.folder().toString())));
        return command;
    }

    private static boolean runsFirstForGood(JsonObject device) {
        return device.optionalObject("running")
                .filter(running ->
                        running.text("release").equals(FIRST.text()) && !running.flag("trial"))
                .isPresent();
    }
}

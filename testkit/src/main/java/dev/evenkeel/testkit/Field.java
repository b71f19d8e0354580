// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit;

import dev.evenkeel.agent.Agent;
import dev.evenkeel.agent.Log;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

/// One device in the field and the server it knows, with 1.0 installed at the factory.
public final class Field {
    /// Small, so that a small image is flushed several times.
    public static final int FLUSH_BYTES = 256 << 10;

    public final Repository repository;
    public final BuiltRelease factory;
    public final SimulatedServer server;
    public final SimulatedDevice device;
    public final SimulatedClock clock = new SimulatedClock();
    public final ByteArrayOutputStream log = new ByteArrayOutputStream();

    public Field(Path folder) throws IOException {
        this(folder, 1);
    }

    public Field(Path folder, long seed) throws IOException {
        this(new Repository(folder), seed);
    }

    private Field(Repository repository, long seed) throws IOException {
        this(repository, repository.publish("1.0"), seed);
    }

    public Field(Repository repository, BuiltRelease factory, long seed) throws IOException {
        this.repository = repository;
        this.factory = factory;
        this.server = new SimulatedServer(repository);
        this.device = new SimulatedDevice(repository, factory, seed);
    }

    public Agent startAgent() throws IOException {
        return new Agent(
                device,
                _ -> server,
                clock,
                new Random(1),
                new Log(new PrintStream(log, true, java.nio.charset.StandardCharsets.UTF_8)),
                FLUSH_BYTES);
    }

    /// Lets an agent work for so long, or until it asks for a reboot.
    public Agent work(Duration time) throws IOException {
        return work(startAgent(), time);
    }

    public Agent work(Agent agent, Duration time) throws IOException {
        Duration end = clock.elapsed().plus(time);
        while (!agent.hasEnded() && clock.elapsed().compareTo(end) < 0) {
            agent.tick();
            clock.advance(Duration.ofSeconds(1));
        }
        return agent;
    }

    /// A boot that comes up healthy, and an agent that works for a while.
    public Agent bootAndWork() throws IOException {
        device.boot();
        device.healthy();
        return work(Duration.ofMinutes(2));
    }

    public String logText() {
        return log.toString(java.nio.charset.StandardCharsets.UTF_8);
    }
}

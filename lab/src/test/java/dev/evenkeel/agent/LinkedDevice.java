// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.boot.Region;
import dev.evenkeel.boot.StatePartition;
import dev.evenkeel.core.Slot;
import dev.evenkeel.core.message.Stage;
import dev.evenkeel.lab.net.Fault;
import dev.evenkeel.lab.net.FaultProxy;
import dev.evenkeel.testkit.SimulatedDevice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

/// A simulated device with the real agent and its real HTTPS client, behind a link of its own.
final class LinkedDevice implements AutoCloseable {
    private static final int FLUSH_BYTES = 256 << 10;

    final Site site;
    final FaultProxy link;
    final SimulatedDevice device;
    final CountedServer server;
    private final Clock clock;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final List<Runnable> onLine = new ArrayList<>();
    private final List<String> awaited = new ArrayList<>();
    private Agent agent;

    LinkedDevice(
            Site site, List<Fault> faults, long seed, Clock clock, HttpsServer.Patience patience)
            throws IOException {
        this.site = site;
        this.clock = clock;
        this.link = site.link(faults, seed, line -> keep("          link " + line + "\n"));
        int otherSlot = Math.max(SimulatedDevice.PARTITION_BYTES, site.next.slot().length);
        this.device = new SimulatedDevice(site.built, site.factory, seed, otherSlot);
        var provisioning = site.provisioning(URI.create("https://127.0.0.1:" + link.port()));
        new StatePartition(device.disk("state")).write(Region.PROVISIONING, provisioning.toBytes());
        this.server = new CountedServer(new HttpsServer(provisioning, patience), 2 * otherSlot);
        this.agent = boot();
    }

    private synchronized void keep(String line) {
        log.writeBytes(line.getBytes(UTF_8));
    }

    synchronized String log() {
        return log.toString(UTF_8);
    }

    /// Turns the power on; the checks of whatever comes up are green.
    Agent boot() throws IOException {
        device.boot();
        device.healthy();
        agent =
                new Agent(
                        device,
                        _ -> server,
                        clock,
                        new Random(1),
                        new Log(new PrintStream(new Lines(), true, UTF_8)),
                        FLUSH_BYTES);
        return agent;
    }

    /// Calls `then` once, in the agent's thread, when its log says `words`.
    void when(String words, Runnable then) {
        awaited.add(words);
        onLine.add(then);
    }

    /// Lets the agent work until then, or until it asks for its reboot.
    ///
    /// @param atMost of real time
    boolean work(BooleanSupplier until, Duration atMost) throws IOException, InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (!agent.hasEnded() && !until.getAsBoolean()) {
            if (System.nanoTime() > end) return false;
            agent.tick();
            clock.sleep(Duration.ofSeconds(1));
        }
        return true;
    }

    /// Goes on, over however many reboots, until the server knows that 1.1 runs and was committed.
    boolean succeeds(Duration atMost) throws IOException, InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (System.nanoTime() < end) {
            work(this::isKnownToHaveSucceeded, Duration.ofNanos(end - System.nanoTime()));
            if (!agent.hasEnded()) return isKnownToHaveSucceeded();
            boot();
        }
        return false;
    }

    private boolean isKnownToHaveSucceeded() {
        try {
            return device.release(Slot.B).isPresent()
                    && agent.stage().name() == Stage.COMMITTED
                    && live().reportsWaiting() == 0
                    && site.device(id()).text("state").equals("succeeded");
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
    }

    String id() {
        var memory = new Memory(new StatePartition(device.disk("state")), new Log(System.err));
        return memory.identity().orElseThrow().device().orElseThrow().text();
    }

    /// What `evenkeel-agent status` shows.
    StatusFile.Live live() {
        return StatusFile.Live.read(device.left.get(StatusFile.NAME).getBytes(UTF_8));
    }

    Agent agent() {
        return agent;
    }

    private final class Lines extends OutputStream {
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        @Override
        public void write(int one) {
            line.write(one);
            if (one != '\n') return;
            String said = line.toString(UTF_8);
            line.reset();
            keep(said);
            int at = 0;
            while (at < awaited.size() && !said.contains(awaited.get(at))) at++;
            if (at == awaited.size()) return;
            awaited.remove(at);
            onLine.remove(at).run();
        }
    }

    @Override
    public void close() throws IOException {
        link.close();
    }
}

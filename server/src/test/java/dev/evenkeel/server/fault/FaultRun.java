// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.fault;

import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.message.Provisioning;
import dev.evenkeel.server.Client;
import dev.evenkeel.server.ServerProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// Rounds of load, trouble, death, return and reckoning over one server folder. The seed says what
/// everybody does and when trouble comes; how the threads of a round meet, only chance does, so a
/// seed that broke something is run again for as many rounds as it takes.
final class FaultRun implements AutoCloseable {
    private static final int OPERATORS = 2;
    private static final int FIRST_DEVICES = 6;
    private static final int DEEP_CHECK_ROUNDS = 10;

    private final long seed;
    private final int mostDevices;
    private final PrintStream out;
    private final Ledger ledger = new Ledger();
    private final Path data;
    private final SmallDisk disk;
    private final int port;
    private final Releases releases;
    private ServerProcess server;
    private final Line line;
    private final Repository repository;

    FaultRun(Path folder, long seed, int mostDevices, PrintStream out) throws IOException {
        this.seed = seed;
        this.mostDevices = mostDevices;
        this.out = out;
        this.data = folder.resolve("server");
        this.disk = SmallDisk.mount(data);
        this.port = ServerProcess.freePort();
        this.releases = new Releases(folder.resolve("releases"), seed);
        this.server = launch(Duration.ZERO);
        server.awaitServing();
        byte[] authority = server.authority();
        this.line =
                new Line(
                        server.address(),
                        authority,
                        server.operator(),
                        Client.unknown(server.address(), authority));
        this.repository = settleIn();
    }

    Ledger ledger() {
        return ledger;
    }

    private ServerProcess launch(Duration clock) throws IOException {
        return ServerProcess.launch(data, disk.seenAt(), port, clock, disk.within());
    }

    private Repository settleIn() throws IOException {
        for (int i = 0; i < OPERATORS; i++) {
            String path = "/api/v1/groups/g" + i;
            byte[] nobody =
                    JsonObject.of("devices", JsonArray.ofTexts(List.of())).toCanonicalBytes();
            line.operator().send("PUT", path, nobody, Map.of());
            ledger.groups.put("g" + i, Set.of(Set.of()));
        }
        OperatorLoad first = operator(0, new Replies(ledger, false), new Random(seed));
        first.publish(releases.next());
        for (int i = 0; i < FIRST_DEVICES; i++) {
            first.createToken();
            first.enrol();
        }
        var record =
                line.operator()
                        .post("/api/v1/provisioning", JsonObject.of("device_type", "qemu-x86"));
        return new Repository(
                ledger,
                disk.seenAt(),
                ledger.members.getFirst(),
                Provisioning.read(record.body()).trustedRoot());
    }

    /// Throws [IOException] when the server does not come back or does not answer: that is a broken
    /// promise too.
    void run(int rounds) throws IOException {
        for (int round = 1; round <= rounds; round++) {
            var random = new Random(seed * 1_000_003 + round);
            Weather weather = Weather.draw(random);
            out.println("round " + round + " " + weather);
            strike(weather, random);
            comeBack(weather);
            new Checker(ledger, line).check();
            repository.checkMetadata();
            if (round % DEEP_CHECK_ROUNDS == 0 || round == rounds) repository.checkDisk();
            out.println("  " + ledger.counts() + ", " + ledger.members.size() + " devices");
            if (!ledger.violations.isEmpty()) return;
        }
    }

    private void strike(Weather weather, Random random) throws IOException {
        boolean mayBeFull =
                switch (weather.trouble()) {
                    case FULL_DISK, FULL_DISK_FOR_A_WHILE -> true;
                    case NONE, IN_PUBLISH, CLOCK_JUMP -> false;
                };
        try (var load =
                new Load(
                        new Replies(ledger, mayBeFull || weather.end() == Weather.End.STOPPED),
                        random)) {
            load.goOn(weather.calmMillis());
            trouble(weather, load);
            switch (weather.end()) {
                case KILLED -> server.kill();
                case STOPPED -> server.stop();
            }
        }
    }

    private void trouble(Weather weather, Load load) throws IOException {
        switch (weather.trouble()) {
            case NONE -> {}
            case IN_PUBLISH -> {
                load.awaitPublishing();
                load.goOn(weather.troubleMillis());
            }
            case FULL_DISK -> {
                disk.fillUpTo(weather.free());
                load.goOn(weather.troubleMillis());
            }
            case FULL_DISK_FOR_A_WHILE -> {
                disk.fillUpTo(weather.free());
                load.goOn(weather.troubleMillis());
                disk.widen();
                load.goOn(weather.troubleMillis());
            }
            case CLOCK_JUMP -> {
                server.setClock(weather.clock());
                load.goOn(weather.troubleMillis());
            }
        }
    }

    /// A server whose disk is full may come back or say that it cannot; with room, it must.
    private void comeBack(Weather weather) throws IOException {
        if (weather.trouble() == Weather.Trouble.FULL_DISK) {
            try (ServerProcess onFullDisk = launch(Duration.ZERO)) {
                onFullDisk.servesOrEnds();
                onFullDisk.kill();
            }
            disk.widen();
        }
        if (weather.startKillMillis() >= 0) {
            try (ServerProcess killed = launch(Duration.ZERO)) {
                pause(weather.startKillMillis());
                killed.kill();
            }
        }
        server = launch(Duration.ZERO);
        server.awaitServing();
    }

    private OperatorLoad operator(int number, Replies replies, Random random) {
        return new OperatorLoad(ledger, line, replies, releases, number, mostDevices, random);
    }

    private static void pause(int millis) throws IOException {
        await(new CountDownLatch(1), millis);
    }

    private static void await(CountDownLatch latch, int millis) throws IOException {
        try {
            latch.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    @Override
    public void close() {
        server.close();
        disk.close();
    }

    /// All who use the server in one round, each in a thread of its own until the line goes dead.
    private final class Load implements AutoCloseable {
        private static final int PUBLISHING_MILLIS = 2_000;

        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        private final List<Future<?>> actors = new ArrayList<>();
        private final CountDownLatch everybodyLeft;
        private volatile boolean isOver;

        Load(Replies replies, Random random) {
            List<Member> members = List.copyOf(ledger.members);
            everybodyLeft = new CountDownLatch(OPERATORS + members.size());
            for (int i = 0; i < OPERATORS; i++) {
                enter(operator(i, replies, new Random(random.nextLong()))::step);
            }
            for (Member member : members) {
                var own = new Random(random.nextLong());
                enter(new DeviceLoad(ledger, member, replies, own)::step);
            }
        }

        private interface Step {
            void take() throws IOException;
        }

        private void enter(Step step) {
            actors.add(
                    threads.submit(() -> {
                        try {
                            while (!isOver) step.take();
                        } catch (IOException dead) {
                            // what it was about is in doubt; the checker asks
                        } finally {
                            everybodyLeft.countDown();
                        }
                        return null;
                    }));
        }

        void goOn(int millis) throws IOException {
            await(everybodyLeft, millis);
        }

        void awaitPublishing() throws IOException {
            for (int i = 0; i < PUBLISHING_MILLIS && ledger.publishing.isEmpty(); i++) goOn(1);
        }

        @Override
        public void close() throws IOException {
            isOver = true;
            threads.close();
            for (Future<?> actor : actors) {
                try {
                    actor.get();
                } catch (ExecutionException fault) {
                    throw new IOException(fault.getCause());
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    throw new IOException(interrupted);
                }
            }
        }
    }
}

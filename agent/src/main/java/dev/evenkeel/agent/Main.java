// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.boot.StatePartition;
import dev.evenkeel.core.Disk;
import dev.evenkeel.core.MalformedInput;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;

/// `evenkeel-agent`: wires the agent to this machine, or to a folder that stands for one.
public final class Main {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int WRONG_USE = 2;

    /// Nothing is broken, and something will be.
    static final int WARNED = 3;

    /// The agent of a simulated device wants its reboot carried out.
    static final int REBOOT = 75;

    private static final Duration ANSWER = Duration.ofSeconds(20);
    private static final Duration LOOK = Duration.ofMillis(200);

    private final HostDevice device;
    private final PrintStream out;
    private final PrintStream err;

    private Main(HostDevice device, PrintStream out, PrintStream err) {
        this.device = device;
        this.out = out;
        this.err = err;
    }

    public static void main(String[] arguments) {
        int code = run(arguments, System.out, System.err);
        System.out.flush();
        // a request for a reboot must not wait for idle threads of the HTTP client
        Runtime.getRuntime().halt(code);
    }

    static int run(String[] words, PrintStream out, PrintStream err) {
        Arguments arguments;
        try {
            arguments = Arguments.parse(words);
        } catch (MalformedInput wrong) {
            err.println("evenkeel-agent: " + wrong.getMessage());
            err.println("Try: evenkeel-agent help");
            return WRONG_USE;
        }
        HostDevice device =
                arguments.folder().isEmpty()
                        ? HostDevice.thisMachine()
                        : HostDevice.folder(Path.of(arguments.folder()));
        try {
            return new Main(device, out, err).run(arguments);
        } catch (AccessDeniedException denied) {
            err.println(
                    "evenkeel-agent: not allowed to open " + denied.getFile() + "; try as root");
            return FAILED;
        } catch (IOException | MalformedInput failed) {
            err.println("evenkeel-agent: " + failed.getMessage());
            return FAILED;
        } catch (InterruptedException stopped) {
            return OK;
        }
    }

    private int run(Arguments arguments) throws IOException, InterruptedException {
        return switch (arguments.command()) {
            case RUN -> serve();
            case STATUS -> status(arguments.isJson());
            case DOCTOR -> doctor(arguments.isJson());
            case ROLLBACK -> rollBack();
            case VERSION -> {
                String version = Main.class.getPackage().getImplementationVersion();
                out.println("evenkeel-agent " + (version == null ? "(development)" : version));
                yield OK;
            }
            case HELP -> {
                out.print(Arguments.HELP);
                yield OK;
            }
        };
    }

    private int serve() throws IOException, InterruptedException {
        Optional<FileChannel> lock = device.lock();
        if (lock.isEmpty()) {
            err.println("evenkeel-agent: another agent runs on this device");
            return FAILED;
        }
        try (FileChannel _ = lock.get();
                Agent agent = agent()) {
            Runtime.getRuntime().addShutdownHook(new Thread(agent::onStop, "stop"));
            agent.run();
            return agent.hasEnded() ? REBOOT : OK;
        }
    }

    private Agent agent() throws IOException {
        return new Agent(
                device,
                HttpsServer::new,
                Clock.ofThisMachine(),
                new SecureRandom(),
                new Log(err),
                Agent.FLUSH_BYTES);
    }

    private int status(boolean isJson) throws IOException {
        try (Disk state = device.open("state", false)) {
            var memory = new Memory(new StatePartition(state), new Log(err));
            var status = Status.read(device, memory, live());
            out.print(isJson ? status.toJson() : status.toText());
            return OK;
        }
    }

    private int doctor(boolean isJson) throws IOException {
        try (Disk state = device.open("state", false)) {
            Doctor doctor =
                    Doctor.examine(
                            device, new StatePartition(state), new Log(err), Clock.ofThisMachine());
            out.print(isJson ? doctor.toJson() : doctor.toText());
            return switch (doctor.worst()) {
                case OK -> OK;
                case WARNING -> WARNED;
                case FAULT -> FAILED;
            };
        }
    }

    private Optional<StatusFile.Live> live() {
        Path file = device.runtimeFolder().resolve(StatusFile.NAME);
        try {
            return Optional.of(StatusFile.Live.read(Files.readAllBytes(file)));
        } catch (IOException | MalformedInput notThere) {
            return Optional.empty();
        }
    }

    /// Through the running agent, which owns the records; by itself when none runs, because the way
    /// back must not need a working agent.
    private int rollBack() throws IOException, InterruptedException {
        Optional<FileChannel> lock = device.lock();
        device.take(Rollback.ANSWER);
        device.leave(Rollback.REQUEST, "");
        if (lock.isPresent()) {
            try (FileChannel _ = lock.get();
                    Agent agent = agent()) {
                agent.answerRollbackRequest();
            }
            // a lock made by root would keep the agent's own user out
            Files.deleteIfExists(device.lockFile());
        }
        for (Duration waited = Duration.ZERO;
                waited.compareTo(ANSWER) < 0;
                waited = waited.plus(LOOK)) {
            Optional<String> answer = device.take(Rollback.ANSWER);
            if (answer.isPresent()) {
                out.print("rollback " + answer.get());
                return answer.get().startsWith("granted") ? OK : FAILED;
            }
            Thread.sleep(LOOK);
        }
        device.take(Rollback.REQUEST);
        err.println("evenkeel-agent: the agent did not answer within " + ANSWER.toSeconds() + " s");
        return FAILED;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.Digest;
import dev.evenkeel.image.AgentRoot;
import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.lock.Store;
import dev.evenkeel.image.process.Child;
import dev.evenkeel.image.process.DiskSpace;
import dev.evenkeel.image.process.Progress;
import dev.evenkeel.image.tool.WorkFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/// The agent's class archive (an AOT cache): the classes of a device's daily life, parsed and
/// linked, so that the agent starts in a fraction of the time. Made once for the same Java, jars
/// and flags, by an agent that lives through that life; see docs/decisions.
final class ClassArchive {
    /// Another training or other flags below: another number.
    private static final String RECIPE = "1";

    /// The cache must not hold code of the builder's CPU: on an older one it would end in SIGILL.
    private static final List<String> ANY_CPU =
            List.of("-XX:-AOTAdapterCaching", "-XX:-AOTStubCaching", "-XX:UseAVX=0");

    private final Lock lock;
    private final Store store;
    private final Progress progress;

    ClassArchive(Lock lock, Store store, Progress progress) {
        this.lock = lock;
        this.store = store;
        this.progress = progress;
    }

    /// The archive for the lock's agent, made now or before. What could not be made before is not
    /// tried again for the same Java, jars and flags: a training takes time at each lock.
    Path find() throws IOException {
        Path kept = kept();
        if (Files.exists(kept)) return kept;
        Path failure = failure(kept);
        if (Files.exists(failure)) {
            throw new IOException(
                    "it could not be made before for the same Java and agent, and is tried again with --require-archive. It said then: "
                            + Files.readString(failure));
        }
        return train(kept);
    }

    /// As [#find], whatever happened before.
    Path findOrTryAgain() throws IOException {
        Path kept = kept();
        return Files.exists(kept) ? kept : train(kept);
    }

    private Path kept() throws IOException {
        String inputs = RECIPE + "\n" + AgentRoot.inputs(lock);
        return store.cache("agent-archive")
                .resolve(Digest.of(inputs.getBytes(UTF_8)).hex().substring(0, 16))
                .resolve("agent.aot");
    }

    private static Path failure(Path kept) {
        return kept.resolveSibling("failure");
    }

    private Path train(Path kept) throws IOException {
        progress.note("training the agent for its class archive, once");
        Files.createDirectories(kept.getParent());
        try (WorkFolder work = WorkFolder.in(store.folder(), "training-");
                AgentRoot agent = AgentRoot.prepare(lock, store, progress)) {
            Path made = make(agent, work.folder());
            Files.move(made, kept, StandardCopyOption.ATOMIC_MOVE);
            Files.deleteIfExists(failure(kept));
            return kept;
        } catch (IOException | RuntimeException failed) {
            // neither Ctrl-C nor a full disk says anything about the next time
            if (!WorkFolder.isEnding() && !DiskSpace.ranOut(failed, store.folder())) {
                Files.writeString(failure(kept), failed.getMessage() + "\n");
            }
            throw failed;
        }
    }

    private static Path make(AgentRoot agent, Path work) throws IOException {
        Path recorded = work.resolve("agent.aotconf");
        new AgentTraining(agent, work)
                .run(List.of("-XX:AOTMode=record", "-XX:AOTConfiguration=" + recorded));
        Path made = work.resolve("agent.aot");
        var flags =
                new ArrayList<>(
                        List.of(
                                "-XX:AOTMode=create",
                                "-XX:AOTConfiguration=" + recorded,
                                "-XX:AOTCache=" + made));
        flags.addAll(ANY_CPU);
        Child.of("making the class archive", agent.command(work, flags, List.of())).run();
        if (!Files.exists(made)) throw new IOException("Java wrote no archive, and said not why");
        return made;
    }
}

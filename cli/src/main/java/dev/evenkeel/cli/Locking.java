// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.image.blueprint.Blueprint;
import dev.evenkeel.image.lock.AgentBundle;
import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.lock.Locker;
import dev.evenkeel.image.lock.Store;
import dev.evenkeel.image.process.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Makes a lock that holds this distribution's agent and its class archive.
final class Locking {
    private Locking() {}

    /// @param requireArchive whether a lock without the class archive is a fault
    static Lock lock(
            Blueprint blueprint,
            Optional<Lock> previous,
            Store store,
            Progress progress,
            boolean requireArchive) {
        List<Path> jars = AgentJars.find();
        Lock lock =
                new Locker(store, new AgentBundle(jars, Optional.empty()), progress)
                        .lock(blueprint, previous);
        Optional<Path> archive = archive(lock, store, progress, requireArchive);
        return lock.withAgent(new AgentBundle(jars, archive), store);
    }

    private static Optional<Path> archive(
            Lock lock, Store store, Progress progress, boolean required) {
        progress.stage("class archive");
        try {
            return Optional.of(new ClassArchive(lock, store, progress).find());
        } catch (IOException | RuntimeException failed) {
            String why = "the agent's class archive cannot be made: " + failed.getMessage();
            if (required) throw CommandFault.refused(why);
            progress.note(why);
            progress.note("the lock goes without: the agent starts slower and takes more memory");
            return Optional.empty();
        }
    }
}

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
import java.util.Optional;
import java.util.Set;

/// Makes a lock that holds this distribution's agent and its class archive.
final class Locking {
    private Locking() {}

    /// @param renewed packages that may be newer than in `previous`
    /// @param requireArchive whether a lock without the class archive is a fault
    static Lock lock(
            Blueprint blueprint,
            Optional<Lock> previous,
            Set<String> renewed,
            Store store,
            Progress progress,
            boolean requireArchive) {
        var agent = new AgentBundle(AgentJars.find(), Optional.empty());
        try (var _ = store.turn(progress)) {
            Lock lock = new Locker(store, agent, progress).lock(blueprint, previous, renewed);
            return archive(lock, store, progress, requireArchive)
                    .map(archive -> lock.withAotCache(archive, store))
                    .orElse(lock);
        }
    }

    private static Optional<Path> archive(
            Lock lock, Store store, Progress progress, boolean required) {
        progress.stage("class archive");
        try {
            var archive = new ClassArchive(lock, store, progress);
            return Optional.of(required ? archive.findOrTryAgain() : archive.find());
        } catch (IOException | RuntimeException failed) {
            String why = "the agent's class archive cannot be made: " + failed.getMessage();
            if (required) throw CommandFault.refused(why);
            progress.note(why);
            progress.note("the lock goes without: the agent starts slower and takes more memory");
            return Optional.empty();
        }
    }
}

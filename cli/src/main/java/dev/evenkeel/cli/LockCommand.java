// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.image.blueprint.Blueprint;
import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.lock.LockDiff;
import dev.evenkeel.image.lock.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `evenkeel lock`: from what is wanted to what exactly it is.
@Command(
        name = "lock",
        mixinStandardHelpOptions = true,
        description = {
            "Resolves a blueprint's packages to exact versions, sizes and digests, and fetches them.",
            "",
            "Everything is checked against the archives' signed metadata and kept in the store, from which every later build runs offline. Versions that the lock already names stay, or the lock is refused: they change only with --update or --update-package."
        })
final class LockCommand implements Runnable {
    @Mixin private BuildOptions options;
    @Mixin private Output output;

    @Option(names = "--update", description = "Take the newest versions, and show what changes.")
    private boolean update;

    @Option(
            names = "--update-package",
            paramLabel = "NAME",
            description =
                    "Take the newest version of this package of the image alone (of the tools and the Java, where the image has none of the name), and show what changes; repeat it for more.")
    private Set<String> renewed = Set.of();

    @Option(names = "--dry-run", description = "Show what would change; write no lock.")
    private boolean dryRun;

    @Option(
            names = "--require-archive",
            description =
                    "Fail when the agent's class archive cannot be made. Without, the lock is made all the same: the agent then starts slower.")
    private boolean requireArchive;

    @Override
    public void run() {
        Blueprint blueprint = Blueprint.read(options.blueprint());
        Optional<Lock> previous = options.existingLock();
        Store store = options.openStore();
        Lock lock;
        try (var progress = new ConsoleProgress(output.err())) {
            lock =
                    Locking.lock(
                            blueprint,
                            update ? Optional.empty() : previous,
                            update ? Set.of() : renewed,
                            store,
                            progress,
                            requireArchive);
        }
        if (!dryRun) write(lock);
        Optional<LockDiff> changes = previous.map(old -> LockDiff.between(old, lock));
        output.show(json(lock, changes), () -> tell(lock, changes));
    }

    private void write(Lock lock) {
        Path file = options.lockFile();
        try {
            Path half =
                    Files.createTempFile(file.toAbsolutePath().getParent(), ".packages", ".lock");
            try {
                Files.write(half, lock.toBytes());
                Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(half);
            }
        } catch (IOException broken) {
            throw CommandFault.refused(
                    "cannot write the lock " + file + ": " + broken.getMessage());
        }
    }

    private void tell(Lock lock, Optional<LockDiff> changes) {
        changes.ifPresent(diff -> diff.changes().forEach(change -> output.line("  " + change)));
        if (changes.isPresent() && changes.get().isEmpty()) output.line("nothing changed");
        output.line(
                (dryRun ? "would write " : "wrote ")
                        + options.lockFile()
                        + ": "
                        + lock.image().size()
                        + " packages in the image, "
                        + lock.allPackages().size()
                        + " in all, digest "
                        + lock.digest().brief());
    }

    private JsonObject json(Lock lock, Optional<LockDiff> changes) {
        List<Json> changed = new ArrayList<>();
        changes.ifPresent(diff ->
                diff.changes()
                        .forEach(c ->
                                changed.add(
                                        JsonObject.of("part", c.part().toString())
                                                .with("name", c.name())
                                                .with("from", c.from())
                                                .with("to", c.to())
                                                .with("size_bytes", c.sizeBytes()))));
        return JsonObject.of("lock", options.lockFile().toString())
                .with("digest", lock.digest().hex())
                .with("packages", lock.image().size())
                .with("changes", new JsonArray(changed));
    }
}

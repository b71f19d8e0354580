// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.core.Version;
import dev.evenkeel.image.Builder;
import dev.evenkeel.image.blueprint.Blueprint;
import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.lock.LockDiff;
import dev.evenkeel.image.lock.Store;
import dev.evenkeel.image.process.Progress;
import dev.evenkeel.lab.DemoReleases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Releases, locked and built from a folder of blueprints such as `examples/demo`: one folder for
/// each version. The first lock is made now; each later one keeps its versions and adds what its
/// blueprint wants more, so that releases differ in what was meant to differ.
public final class BuiltReleases implements DemoReleases {
    private final Path blueprints;
    private final Path folder;
    private final Store store;
    private final Map<Version, Path> built = new HashMap<>();
    private final Map<Version, Set<String>> updates = new HashMap<>();
    private Optional<Lock> previous = Optional.empty();

    /// @param folder takes what is built
    public BuiltReleases(Path blueprints, Path folder, Store store) {
        this.blueprints = blueprints;
        this.folder = folder;
        this.store = store;
    }

    /// Lets a release take the newest versions of some packages, as a security update does.
    public BuiltReleases updating(Version release, Set<String> packages) {
        updates.put(release, packages);
        return this;
    }

    /// The newest lock; its tools run the device. There is one once a release was built.
    public Lock lock() {
        return previous.orElseThrow();
    }

    @Override
    public Path build(Version release, Consumer<String> progress) throws IOException {
        Path before = built.get(release);
        if (before != null) return before;
        Blueprint blueprint = blueprint(release);
        var told = new ToldProgress(progress);
        Lock lock = lock(blueprint, told);
        previous.ifPresent(older ->
                LockDiff.between(older, lock)
                        .changes()
                        .forEach(change -> progress.accept(change.toString())));
        previous = Optional.of(lock);
        Path out = folder.resolve("releases").resolve(blueprint.name() + "-" + release);
        Files.createDirectories(out.getParent());
        Builder.build(blueprint, lock, store, out, told);
        told.done();
        built.put(release, out);
        return out;
    }

    private Lock lock(Blueprint blueprint, Progress progress) throws IOException {
        Set<String> renewed = updates.getOrDefault(blueprint.version(), Set.of());
        Lock lock = Locking.lock(blueprint, previous, renewed, store, progress, false);
        Path file = folder.resolve("locks").resolve(blueprint.version() + ".lock");
        Files.createDirectories(file.getParent());
        Files.write(file, lock.toBytes());
        return lock;
    }

    private Blueprint blueprint(Version release) {
        return Blueprint.read(blueprints.resolve(release.text()).resolve("blueprint.toml"));
    }

    /// A line for each finished stage.
    private static final class ToldProgress implements Progress {
        private final Consumer<String> out;
        private String stage = "";
        private long startNanos;

        ToldProgress(Consumer<String> out) {
            this.out = out;
        }

        @Override
        public synchronized void stage(String name) {
            done();
            stage = name;
            startNanos = System.nanoTime();
        }

        synchronized void done() {
            if (!stage.isEmpty())
                out.accept(
                        String.format(
                                Locale.ROOT,
                                "%-14s %5.1f s",
                                stage,
                                (System.nanoTime() - startNanos) / 1e9));
            stage = "";
        }

        @Override
        public void bytes(long done, long total) {}

        @Override
        public void note(String line) {}
    }
}

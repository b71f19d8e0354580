// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Manifest;
import dev.evenkeel.core.Payload;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// The content of a repository in a folder (`indexes/`, `packs/`, `locations/`, `deltas/`), beside
/// the metadata that another module keeps in `metadata/` and `targets/`. Also a carrier: a stick or
/// a shared folder. Any thread may read; `publishing` lets one thread at a time publish, and the
/// lock on the file `.lock` one process.
public final class ContentFolder implements ContentSource {
    private static final List<String> FOLDERS = List.of("indexes", "packs", "locations", "deltas");

    /// What a release added.
    ///
    /// @param newChunks chunks that the repository lacked
    /// @param newBytes size of the pack with them; 0 when there was nothing to add
    /// @param pack its name; empty when there was nothing to add
    public record Published(int newChunks, long newBytes, Optional<Digest> pack) {}

    /// What a check of every byte found.
    ///
    /// @param bytes read
    /// @param problems what is missing, altered or unknown, each with its path
    /// @param leftovers whole files that no index leads to, as a crash or the removal of a release
    ///   leaves them: they cost space and nothing else
    public record Check(
            int indexes,
            int packs,
            int deltas,
            long bytes,
            List<String> problems,
            List<String> leftovers) {
        public Check {
            problems = List.copyOf(problems);
            leftovers = List.copyOf(leftovers);
        }

        public boolean isSound() {
            return problems.isEmpty();
        }
    }

    private final Path root;
    private final FileSteps steps;
    private final ReentrantLock publishing = new ReentrantLock();

    private ContentFolder(Path root, FileSteps steps) {
        this.root = root;
        this.steps = steps;
    }

    /// The repository in `root`; made where there is none. What an interrupted publish left behind
    /// is swept away, unless a publish is under way.
    public static ContentFolder open(Path root) throws IOException {
        return open(root, new FileSteps());
    }

    static ContentFolder open(Path root, FileSteps steps) throws IOException {
        var folder = new ContentFolder(root, steps);
        if (Files.isDirectory(root) && !Files.isWritable(root)) return folder;
        if (!folder.isComplete()) folder.create();
        folder.sweepUnlessBusy();
        return folder;
    }

    /// Throws unless the folder holds exactly what `manifest` names: no part is missing, unknown or
    /// altered.
    public static void checkRelease(Path releaseFolder, Manifest manifest) throws IOException {
        ReleaseFolder.open(releaseFolder, manifest).close();
    }

    /// Adds a release: one pack with the chunks that the repository lacked, the locations and the
    /// indexes. Everything was checked before anything becomes visible; a crash leaves the
    /// repository as it was or complete. Publishing a release again changes nothing. Throws
    /// [ContentFault] or [dev.evenkeel.core.MalformedInput] where the folder is not the release
    /// that `manifest` describes.
    public Published publish(Path releaseFolder, Manifest manifest) throws IOException {
        publishing.lock();
        try (FileChannel lockFile = openLock();
                FileLock _ = lock(lockFile);
                ReleaseFolder release = ReleaseFolder.open(releaseFolder, manifest)) {
            sweep();
            return new Publication(this, steps, new RepositoryScan(this).frames()).publish(release);
        } finally {
            publishing.unlock();
        }
    }

    /// Takes in a delta, after every frame of it was checked. It becomes visible whole or not at
    /// all; taking it in again changes nothing. Throws [dev.evenkeel.core.MalformedInput] where
    /// `file` is no whole delta.
    public StoredDelta addDelta(Path file) throws IOException {
        StoredDelta delta = StoredDelta.read(file);
        StoredDelta.requireFrames(file);
        publishing.lock();
        try (FileChannel lockFile = openLock();
                FileLock _ = lock(lockFile)) {
            sweep();
            new DeltaPublication(this, steps).publish(file, delta);
            return delta;
        } finally {
            publishing.unlock();
        }
    }

    /// The deltas that are here and whose heads are whole; their frames are not read.
    public List<StoredDelta> deltas() throws IOException {
        return new RepositoryScan(this).deltas();
    }

    /// The names of the deltas that are here, whatever is in them.
    public List<Digest> deltaNames() throws IOException {
        return new RepositoryScan(this).names(deltaFolder());
    }

    /// Counts a delta as written just now, so that a collection leaves it alone for its grace: it
    /// is about to be named, or is no longer, and some fetch it at this moment.
    public void touchDelta(Digest name) throws IOException {
        if (file(ContentPath.delta(name)).isPresent()) steps.touch(delta(name));
    }

    /// Removes the deltas that nothing names and that are older than `grace`; they can be made
    /// again.
    ///
    /// @return which
    public List<Digest> removeUnnamedDeltas(Instant now, Duration grace) throws IOException {
        publishing.lock();
        try (FileChannel lockFile = openLock();
                FileLock _ = lock(lockFile)) {
            return new GarbageCollection(this, steps, now, grace, 100).collectDeltas();
        } finally {
            publishing.unlock();
        }
    }

    /// Writes the image that `payload` names into a new file, from its chunks, each checked. Throws
    /// [ContentFault] or [dev.evenkeel.core.MalformedInput] where the repository does not give it.
    public void rebuild(Payload payload, Path image) throws IOException {
        new ImageRebuild(this).write(payload, image);
    }

    /// The file that serves `relative`, a path as a client asks for it; empty when that is no path
    /// of a repository or there is no such file.
    public Optional<Path> file(String relative) {
        if (!ContentPath.isServed(relative)) return Optional.empty();
        Path file = root.resolve(relative);
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                ? Optional.of(file)
                : Optional.empty();
    }

    /// Reads every byte and holds it against its digest, from the metadata to the raw chunks.
    public Check check() throws IOException {
        return check(file -> {});
    }

    /// The same, and tells `progress` each file before it is read.
    public Check check(Consumer<String> progress) throws IOException {
        return new RepositoryScan(this).check(progress);
    }

    /// What nothing refers to and is older than `grace`; packs of which at least `deadPercent` of a
    /// hundred is dead are to be rewritten. Changes nothing. Throws [ContentFault.Unsound] where
    /// something is broken, because then nobody can say what is in use.
    public Garbage garbage(Instant now, Duration grace, int deadPercent) throws IOException {
        return new GarbageCollection(this, steps, now, grace, deadPercent).plan();
    }

    /// Removes what nothing refers to, and tells what that was. A crash leaves the repository
    /// whole, and another run goes on; a publish at the same time is waited for.
    public Garbage collectGarbage(Instant now, Duration grace, int deadPercent) throws IOException {
        publishing.lock();
        try (FileChannel lockFile = openLock();
                FileLock _ = lock(lockFile)) {
            sweep();
            var collection = new GarbageCollection(this, steps, now, grace, deadPercent);
            Garbage garbage = collection.plan();
            collection.collect(garbage);
            return garbage;
        } finally {
            publishing.unlock();
        }
    }

    /// What each release costs.
    public RepositoryStats stats() throws IOException {
        return RepositoryStats.of(this);
    }

    @Override
    public byte[] fetch(String path, int maxBytes) throws IOException {
        Path file = file(path).orElseThrow(() -> new ContentFault.NotCarried(path));
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(maxBytes);
            if (in.read() >= 0) {
                throw new IOException(
                        file + ": is larger than the " + maxBytes + " bytes that it may have");
            }
            return bytes;
        }
    }

    @Override
    public InputStream open(String path, long from, long length) throws IOException {
        Path file = file(path).orElseThrow(() -> new ContentFault.NotCarried(path));
        return FileRange.open(file, from, length);
    }

    Path root() {
        return root;
    }

    Path indexes() {
        return root.resolve("indexes");
    }

    Path packs() {
        return root.resolve("packs");
    }

    Path locations() {
        return root.resolve("locations");
    }

    Path deltaFolder() {
        return root.resolve("deltas");
    }

    Path delta(Digest name) {
        return root.resolve(ContentPath.delta(name));
    }

    Path pack(Digest name) {
        return root.resolve(ContentPath.pack(name));
    }

    /// Where files are before they get their final name; same filesystem, so that a rename does.
    Path incoming() {
        return root.resolve(".incoming");
    }

    Path incoming(String name) {
        return incoming().resolve(name);
    }

    private boolean isComplete() {
        return Files.isDirectory(incoming())
                && FOLDERS.stream().allMatch(name -> Files.isDirectory(root.resolve(name)));
    }

    private void create() throws IOException {
        for (String name : FOLDERS) {
            Files.createDirectories(root.resolve(name));
        }
        Files.createDirectories(incoming()); // the last: where it is, the others are
        steps.syncFolder(root);
    }

    private FileChannel openLock() throws IOException {
        return FileChannel.open(
                root.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private FileLock lock(FileChannel lockFile) throws IOException {
        try {
            return lockFile.lock();
        } catch (OverlappingFileLockException sameProcess) {
            throw new IOException(
                    root + ": this process is publishing there already; wait until it is done",
                    sameProcess);
        }
    }

    private void sweepUnlessBusy() throws IOException {
        try (FileChannel lockFile = openLock();
                FileLock lock = lockFile.tryLock()) {
            if (lock != null) sweep();
        } catch (OverlappingFileLockException _) {
            // this very process publishes through another ContentFolder; its files are in use
        }
    }

    private void sweep() throws IOException {
        try (Stream<Path> leftovers = Files.list(incoming())) {
            for (Path leftover : leftovers.toList()) {
                Files.delete(leftover);
            }
        }
    }
}

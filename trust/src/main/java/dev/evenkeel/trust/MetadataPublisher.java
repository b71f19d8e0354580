// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.MalformedInput;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/// Signs and writes the metadata of one repository folder.
///
/// 1. Files appear whole, bottom up: content, its role, the snapshot, and the timestamp last. A
///    client never sees a timestamp that leads to a missing file, and a process that is killed
///    leaves the state before or the state after.
/// 2. A version that was ever written is never written again with other bytes, also when no
///    timestamp came to name it.
/// 3. One publisher at a time, across processes, by a lock on the folder.
public final class MetadataPublisher {
    private static final String METADATA = "metadata/";

    private final Path repository;
    private final SigningKeys keys;
    private final DurableFolder folder;
    private final ReentrantLock oneAtATime = new ReentrantLock();

    public MetadataPublisher(Path repository, SigningKeys keys) {
        this(repository, keys, FileSteps.real());
    }

    MetadataPublisher(Path repository, SigningKeys keys, FileSteps steps) {
        this.repository = repository;
        this.keys = keys;
        this.folder = new DurableFolder(repository, steps);
    }

    /// Whether the repository is complete: its timestamp is written last.
    public boolean isInitialised() {
        return Files.exists(metadata().resolve("timestamp.json"));
    }

    /// Makes the first metadata: an empty repository with a role for each channel. Interrupted, it
    /// is simply called again.
    public void initialise(FleetId fleet, List<Channel> channels, Instant now) throws IOException {
        folder.createFolders(repository);
        locked(() -> {
            if (isInitialised()) {
                throw new IllegalStateException(
                        "the repository " + repository + " is initialised already");
            }
            writeFirst(fleet, channels, now);
        });
    }

    /// Publishes `content` under a target name (see [TargetName]) and returns what devices will
    /// find. Publishing the same once more changes nothing.
    public TargetFile publish(String targetName, byte[] content, Instant now) throws IOException {
        TargetName name = TargetName.parse(targetName);
        TargetFile file = TargetFile.of(name.text(), content);
        locked(() -> {
            PublishedState state = PublishedState.read(metadata());
            Targets role = channelRole(state, name);
            folder.putOnce(file.path(), content);
            if (file.equals(role.files().get(file.name()))) return;
            var files = new TreeMap<>(role.files());
            files.put(file.name(), file);
            replace(state, name.role(), files, now);
        });
        return file;
    }

    /// Takes a target out of its channel, so that no device finds it any more. The content stays: a
    /// client with metadata of a moment ago may still read it.
    ///
    /// @return whether it was there
    public boolean withdraw(String targetName, Instant now) throws IOException {
        TargetName name = TargetName.parse(targetName);
        var found = new boolean[1];
        locked(() -> {
            PublishedState state = PublishedState.read(metadata());
            var files = new TreeMap<>(channelRole(state, name).files());
            found[0] = files.remove(name.text()) != null;
            if (found[0]) replace(state, name.role(), files, now);
        });
        return found[0];
    }

    /// Signs snapshot and timestamp anew when less than half of their life is left. Needs the keys
    /// of these two roles only.
    ///
    /// @return whether anything was written
    public boolean renewOnline(Instant now) throws IOException {
        var renewed = new boolean[1];
        locked(() -> {
            PublishedState state = PublishedState.read(metadata());
            if (Lifetimes.isHalfOver(Roles.SNAPSHOT, state.snapshot().header(), now)) {
                writeSnapshot(state, state.snapshot().files(), now);
                renewed[0] = true;
            } else if (Lifetimes.isHalfOver(Roles.TIMESTAMP, state.timestamp().header(), now)) {
                writeTimestamp(
                        header(
                                Roles.TIMESTAMP,
                                state.timestamp().header().version() + 1,
                                state.fleet(),
                                now),
                        state.timestamp().snapshot());
                renewed[0] = true;
            }
        });
        return renewed[0];
    }

    /// The newest root, byte for byte: what a new device is provisioned with.
    public byte[] root() throws IOException {
        RootTrust newest = PublishedState.newestRoot(metadata());
        return Files.readAllBytes(metadata().resolve(Roles.file(Roles.ROOT, newest.version())));
    }

    /// Everything that is published, by target name.
    public SortedMap<String, TargetFile> targets() throws IOException {
        var all = new TreeMap<String, TargetFile>();
        PublishedState.read(metadata()).roles().values().forEach(role -> all.putAll(role.files()));
        return Collections.unmodifiableSortedMap(all);
    }

    private void writeFirst(FleetId fleet, List<Channel> channels, Instant now) throws IOException {
        writeFirstRoot(fleet, now);
        var files = new TreeMap<String, MetaFile>();
        for (Channel channel : channels) {
            String role = Roles.ofChannel(channel);
            long version = unusedVersion(role);
            Targets empty = new Targets(header(role, version, fleet, now), Map.of(), List.of());
            files.put(Roles.listed(role), write(role, version, empty.toJson()));
        }
        List<Delegation> delegations =
                channels.stream()
                        .map(channel ->
                                Delegation.ofChannel(
                                        channel, keys.signer(Roles.ofChannel(channel)).publicKey()))
                        .toList();
        long version = unusedVersion(Roles.TARGETS);
        var top = new Targets(header(Roles.TARGETS, version, fleet, now), Map.of(), delegations);
        files.put(Roles.listed(Roles.TARGETS), write(Roles.TARGETS, version, top.toJson()));
        MetaFile snapshot = writeSnapshot(fleet, files, now);
        writeTimestamp(header(Roles.TIMESTAMP, 1, fleet, now), snapshot);
    }

    private void writeFirstRoot(FleetId fleet, Instant now) throws IOException {
        if (Files.exists(metadata().resolve(Roles.file(Roles.ROOT, 1)))) {
            // left by a process that was killed; a root is never replaced
            FleetId found = PublishedState.newestRoot(metadata()).fleet();
            if (!found.equals(fleet)) {
                throw new TrustException.ForeignFleet(Roles.ROOT, fleet, found);
            }
            return;
        }
        var roles = new TreeMap<String, RoleKeys>();
        for (String role : Roles.TOP) {
            roles.put(role, RoleKeys.of(1, List.of(keys.signer(role).publicKey())));
        }
        var root = new Root(header(Roles.ROOT, 1, fleet, now), roles);
        write(Roles.ROOT, 1, root.toJson());
    }

    private Targets channelRole(PublishedState state, TargetName name) {
        boolean delegated =
                state.top().delegations().stream()
                        .anyMatch(delegation ->
                                delegation.role().equals(name.role())
                                        && delegation.covers(name.text()));
        if (!delegated) {
            throw new MalformedInput(
                    "target '"
                            + name
                            + "': the repository has no channel '"
                            + name.channel()
                            + "'");
        }
        return state.role(name.role());
    }

    private void replace(
            PublishedState state, String role, Map<String, TargetFile> files, Instant now)
            throws IOException {
        long version = unusedVersion(role);
        var changed =
                new Targets(
                        header(role, version, state.fleet(), now),
                        files,
                        state.role(role).delegations());
        MetaFile written = write(role, version, changed.toJson());
        var listed = new TreeMap<>(state.snapshot().files());
        listed.put(Roles.listed(role), written);
        writeSnapshot(state, listed, now);
    }

    private void writeSnapshot(PublishedState state, Map<String, MetaFile> files, Instant now)
            throws IOException {
        MetaFile snapshot = writeSnapshot(state.fleet(), files, now);
        long version = state.timestamp().header().version() + 1;
        writeTimestamp(header(Roles.TIMESTAMP, version, state.fleet(), now), snapshot);
    }

    private MetaFile writeSnapshot(FleetId fleet, Map<String, MetaFile> files, Instant now)
            throws IOException {
        long version = unusedVersion(Roles.SNAPSHOT);
        var snapshot = new Snapshot(header(Roles.SNAPSHOT, version, fleet, now), files);
        return write(Roles.SNAPSHOT, version, snapshot.toJson());
    }

    private void writeTimestamp(Header header, MetaFile snapshot) throws IOException {
        write(Roles.TIMESTAMP, header.version(), new Timestamp(header, snapshot).toJson());
    }

    private MetaFile write(String role, long version, dev.evenkeel.core.json.JsonObject signed)
            throws IOException {
        byte[] bytes = SignedFile.sign(signed, List.of(keys.signer(role)));
        folder.put(METADATA + Roles.file(role, version), bytes);
        return MetaFile.of(version, bytes);
    }

    private static Header header(String role, long version, FleetId fleet, Instant now) {
        return new Header(version, now.plus(Lifetimes.of(role)), fleet);
    }

    /// One above every version of the role that lies in the folder, named by a snapshot or not.
    private long unusedVersion(String role) throws IOException {
        String end = "." + role + ".json";
        long highest = 0;
        if (!Files.isDirectory(metadata())) return 1;
        try (var files = Files.list(metadata())) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = String.valueOf(file.getFileName());
                if (!name.endsWith(end)) continue;
                String number = name.substring(0, name.length() - end.length());
                if (number.matches("[1-9][0-9]{0,17}")) {
                    highest = Math.max(highest, Long.parseLong(number));
                }
            }
        }
        return highest + 1;
    }

    private Path metadata() {
        return repository.resolve("metadata");
    }

    private interface Work {
        void run() throws IOException;
    }

    private void locked(Work work) throws IOException {
        oneAtATime.lock();
        try (FileChannel lockFile =
                        FileChannel.open(
                                repository.resolve(".publisher.lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                var _ = lockFile.lock()) {
            work.run();
        } catch (OverlappingFileLockException twice) {
            throw new IllegalStateException(
                    "two publishers of one process work on " + repository + "; share one", twice);
        } finally {
            oneAtATime.unlock();
        }
    }
}

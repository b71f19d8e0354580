// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.trust.TrustException.ForeignFleet;
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
    private final Path repository;
    private final SigningKeys keys;
    private final FileSteps steps;
    private final Path metadata;
    private final ReentrantLock oneAtATime = new ReentrantLock();

    public MetadataPublisher(Path repository, SigningKeys keys) {
        this(repository, keys, FileSteps.real());
    }

    MetadataPublisher(Path repository, SigningKeys keys, FileSteps steps) {
        this.repository = repository.toAbsolutePath();
        this.keys = keys;
        this.steps = steps;
        this.metadata = this.repository.resolve("metadata");
    }

    /// Whether the repository is complete: its timestamp is written last.
    public boolean isInitialised() {
        return Files.exists(metadata.resolve(Roles.file(Roles.TIMESTAMP, 1)));
    }

    /// Makes the first metadata: an empty repository with a role for each channel. Interrupted, it
    /// is simply called again.
    public void initialise(FleetId fleet, List<Channel> channels, Instant now) throws IOException {
        new DurableFolder(metadata, steps).createFolders(metadata);
        locked(() -> {
            if (isInitialised()) {
                throw new IllegalStateException(
                        "the repository " + repository + " is initialised already");
            }
            writeFirst(roleFiles(fleet, now), channels);
            return true;
        });
    }

    /// Publishes `content` under a target name (see [TargetName]) and returns what devices will
    /// find. Publishing the same once more changes nothing.
    public TargetFile publish(String targetName, byte[] content, Instant now) throws IOException {
        TargetName name = TargetName.parse(targetName);
        TargetFile file = TargetFile.of(name.text(), content);
        return locked(() -> {
            PublishedState state = PublishedState.read(metadata);
            Targets role = channelRole(state, name);
            requireSigners(state, List.of(name.role()));
            new DurableFolder(repository, steps).putOnce(file.path(), content);
            TargetFile known = role.files().get(file.name());
            if (known != null && known.isSameContent(file)) return known;
            var files = new TreeMap<>(role.files());
            files.put(file.name(), file);
            replace(state, Map.of(name.role(), files), now);
            return file;
        });
    }

    /// Takes a target out of its channel, so that no device finds it any more. The content stays: a
    /// client with metadata of a moment ago may still read it.
    ///
    /// @return whether it was there
    public boolean withdraw(String targetName, Instant now) throws IOException {
        TargetName name = TargetName.parse(targetName);
        return locked(() -> {
            PublishedState state = PublishedState.read(metadata);
            var files = new TreeMap<>(channelRole(state, name).files());
            if (files.remove(name.text()) == null) return false;
            requireSigners(state, List.of(name.role()));
            replace(state, Map.of(name.role(), files), now);
            return true;
        });
    }

    /// Signs snapshot and timestamp anew when less than half of their life is left, or when a wrong
    /// clock gave them too long a one. Needs the keys of these two roles only.
    ///
    /// @return whether anything was written
    public boolean renewOnline(Instant now) throws IOException {
        return locked(() -> {
            PublishedState state = PublishedState.read(metadata);
            boolean snapshotDue = Lifetimes.isDue(Roles.SNAPSHOT, state.snapshot().header(), now);
            boolean timestampDue =
                    Lifetimes.isDue(Roles.TIMESTAMP, state.timestamp().header(), now);
            if (!snapshotDue && !timestampDue) return false;
            requireSigners(state, List.of());
            RoleFiles roleFiles = roleFiles(state.fleet(), now);
            long version = state.timestamp().header().version() + 1;
            if (snapshotDue) roleFiles.putSnapshot(state.snapshot().files(), version);
            else roleFiles.putTimestamp(state.timestamp().snapshot(), version);
            return true;
        });
    }

    /// Signs the targets role and the channels' roles anew, those of which less than half of the
    /// life is left, or too much, and whose keys are here.
    ///
    /// @return whether anything was written
    public boolean renewOffline(Instant now) throws IOException {
        return locked(() -> {
            PublishedState state = PublishedState.read(metadata);
            var due = new TreeMap<String, Map<String, TargetFile>>();
            state.roles()
                    .forEach((role, targets) -> {
                        if (keys.has(role) && Lifetimes.isDue(role, targets.header(), now)) {
                            due.put(role, targets.files());
                        }
                    });
            if (due.isEmpty()) return false;
            requireSigners(state, due.keySet());
            replace(state, due, now);
            return true;
        });
    }

    /// The newest root, byte for byte: what a new device is provisioned with.
    public byte[] root() throws IOException {
        RootTrust newest = PublishedState.newestRoot(metadata);
        return Files.readAllBytes(metadata.resolve(Roles.file(Roles.ROOT, newest.version())));
    }

    /// Everything that is published, by target name.
    public SortedMap<String, TargetFile> targets() throws IOException {
        var all = new TreeMap<String, TargetFile>();
        PublishedState.read(metadata).roles().values().forEach(role -> all.putAll(role.files()));
        return Collections.unmodifiableSortedMap(all);
    }

    private void writeFirst(RoleFiles roleFiles, List<Channel> channels) throws IOException {
        writeFirstRoot(roleFiles);
        var files = new TreeMap<String, MetaFile>();
        for (Channel channel : channels) {
            String role = Roles.ofChannel(channel);
            files.put(Roles.listed(role), roleFiles.putTargets(role, Map.of(), List.of()));
        }
        files.put(
                Roles.listed(Roles.TARGETS),
                roleFiles.putTargets(Roles.TARGETS, Map.of(), delegations(channels)));
        roleFiles.putSnapshot(files, 1);
    }

    private void writeFirstRoot(RoleFiles roleFiles) throws IOException {
        if (Files.exists(metadata.resolve(Roles.file(Roles.ROOT, 1)))) {
            // left by a process that was killed; a root is never replaced
            RootTrust root = PublishedState.newestRoot(metadata);
            if (!roleFiles.fleet().equals(root.fleet())) {
                throw new ForeignFleet(Roles.ROOT, roleFiles.fleet(), root.fleet());
            }
            for (String role : Roles.TOP) {
                keys.requireTrusted(role, root.root().role(role));
            }
            return;
        }
        var roles = new TreeMap<String, RoleKeys>();
        for (String role : Roles.TOP) {
            roles.put(role, RoleKeys.of(1, List.of(keys.signer(role).publicKey())));
        }
        roleFiles.putRoot(roles);
    }

    private List<Delegation> delegations(List<Channel> channels) {
        return channels.stream()
                .map(channel ->
                        Delegation.ofChannel(
                                channel, keys.signer(Roles.ofChannel(channel)).publicKey()))
                .toList();
    }

    private static Targets channelRole(PublishedState state, TargetName name) {
        boolean delegated =
                state.top().delegations().stream()
                        .anyMatch(delegation ->
                                delegation.role().equals(name.role())
                                        && delegation.covers(name.text()));
        if (!delegated) {
            throw new MalformedInput(
                    "target '" + name + "': this repository has no channel " + name.channel());
        }
        return state.role(name.role());
    }

    /// Refuses to write what no client would accept, before the first byte is written.
    private void requireSigners(PublishedState state, Iterable<String> changedRoles) {
        for (String role : changedRoles) {
            keys.requireTrusted(role, state.keysOf(role));
        }
        keys.requireTrusted(Roles.SNAPSHOT, state.keysOf(Roles.SNAPSHOT));
        keys.requireTrusted(Roles.TIMESTAMP, state.keysOf(Roles.TIMESTAMP));
    }

    private void replace(
            PublishedState state, Map<String, Map<String, TargetFile>> changed, Instant now)
            throws IOException {
        RoleFiles roleFiles = roleFiles(state.fleet(), now);
        var listed = new TreeMap<>(state.snapshot().files());
        for (Map.Entry<String, Map<String, TargetFile>> change : changed.entrySet()) {
            String role = change.getKey();
            List<Delegation> delegations = state.role(role).delegations();
            listed.put(
                    Roles.listed(role), roleFiles.putTargets(role, change.getValue(), delegations));
        }
        roleFiles.putSnapshot(listed, state.timestamp().header().version() + 1);
    }

    private RoleFiles roleFiles(FleetId fleet, Instant now) {
        return new RoleFiles(new DurableFolder(metadata, steps), keys, fleet, now);
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    private <T> T locked(Work<T> work) throws IOException {
        oneAtATime.lock();
        try (FileChannel lockFile =
                        FileChannel.open(
                                repository.resolve(".publisher.lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                var _ = lockFile.lock()) {
            return work.run();
        } catch (OverlappingFileLockException twice) {
            throw new IllegalStateException(
                    "two publishers of one process work on " + repository + "; share one", twice);
        } finally {
            oneAtATime.unlock();
        }
    }
}

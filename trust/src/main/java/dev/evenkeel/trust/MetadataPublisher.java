// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.trust.TrustException.ForeignFleet;
import dev.evenkeel.trust.TrustException.MalformedMetadata;
import dev.evenkeel.trust.TrustException.SigningRefused;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

/// Signs and writes the metadata of one repository folder.
///
/// 1. Files appear whole, bottom up: content, its role, the snapshot, and the timestamp last. A
///    client never sees a timestamp that leads to a missing file, and a process that is killed
///    leaves the state before or the state after.
/// 2. A version that was ever written is never written again with other bytes, also when no
///    timestamp came to name it.
/// 3. Old versions of all roles but the root are removed once enough newer ones are there; what the
///    timestamp leads to never is.
/// 4. One publisher at a time, across processes, by a lock on the folder.
public final class MetadataPublisher {
    /// Each takes some 270 bytes in a file that every device reads whole when it looks for one.
    public static final int MOST_DELTAS = 512;

    private static final Pattern DELTA_TARGET = Pattern.compile("deltas/[0-9a-f]{64}-[0-9a-f]{64}");

    private final Path repository;
    private final SigningKeys keys;
    private final FileSteps steps;
    private final Path metadata;
    private final WaitingTargets waiting;
    private final ReentrantLock oneAtATime = new ReentrantLock();

    public MetadataPublisher(Path repository, SigningKeys keys) {
        this(repository, keys, FileSteps.real());
    }

    MetadataPublisher(Path repository, SigningKeys keys, FileSteps steps) {
        this.repository = repository.toAbsolutePath();
        this.keys = keys;
        this.steps = steps;
        this.metadata = this.repository.resolve("metadata");
        this.waiting = new WaitingTargets(this.repository, steps);
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
            writeFirst(firstRoleFiles(fleet, now), channels);
            return true;
        });
    }

    /// Publishes `content` under a target name (see [TargetName]) and returns what devices will
    /// find. Publishing the same once more changes nothing. Needs the channel's keys.
    public TargetFile publish(String targetName, byte[] content, Instant now) throws IOException {
        return locked(() -> {
            TargetName name = TargetName.parse(targetName);
            PublishedState state = PublishedState.read(metadata);
            channelRole(state, name);
            requireSigners(state, List.of(name.role()));
            return publish(state, name, content, now);
        });
    }

    /// The same where the channel's keys may be elsewhere: then the content is taken in, and the
    /// channel waits for their signatures (see [#request]).
    public Offer offer(String targetName, byte[] content, Instant now) throws IOException {
        return locked(() -> {
            TargetName name = TargetName.parse(targetName);
            PublishedState state = PublishedState.read(metadata);
            TargetFile file = TargetFile.of(name.text(), content);
            boolean known = file.equals(channelRole(state, name).files().get(file.name()));
            if (known || keys.meets(state.keysOf(name.role()))) {
                requireSigners(state, known ? List.of() : List.of(name.role()));
                return new Offer.Published(publish(state, name, content, now));
            }
            new DurableFolder(repository, steps).putOnce(file.path(), content);
            waiting.add(name.role(), file);
            String told =
                    "channel "
                            + name.channel()
                            + " waits for "
                            + request(state, name.role(), now).needs().getFirst().told();
            return new Offer.Waiting(file, name.role(), told);
        });
    }

    private TargetFile publish(PublishedState state, TargetName name, byte[] content, Instant now)
            throws IOException {
        TargetFile file = TargetFile.of(name.text(), content);
        Targets role = channelRole(state, name);
        new DurableFolder(repository, steps).putOnce(file.path(), content);
        if (file.equals(role.files().get(file.name()))) return file;
        var files = new TreeMap<>(role.files());
        files.put(file.name(), file);
        replace(state, Map.of(name.role(), files), now);
        return file;
    }

    /// What waits for signatures, by role; empty when nothing does.
    public SortedMap<String, SortedMap<String, TargetFile>> waiting() throws IOException {
        return locked(() -> {
            var all = new TreeMap<String, SortedMap<String, TargetFile>>();
            for (String role : waiting.roles()) all.put(role, waiting.of(role));
            return all;
        });
    }

    /// What has to be signed for all that waits in `role`.
    public SigningRequest request(String role, Instant now) throws IOException {
        return locked(() -> request(PublishedState.read(metadata), role, now));
    }

    private SigningRequest request(PublishedState state, String role, Instant now)
            throws IOException {
        SortedMap<String, TargetFile> added = waiting.of(role);
        if (added.isEmpty()) {
            throw new SigningRefused("nothing waits for signatures of role " + role + ".");
        }
        Targets before = state.role(role);
        var files = new TreeMap<>(before.files());
        files.putAll(added);
        RoleFiles roleFiles = roleFiles(state, now);
        Targets next = before.next(roleFiles.header(role, roleFiles.unusedVersion(role)), files);
        var part =
                new RequestPart(
                        role,
                        next.toJson(),
                        before.toJson(),
                        List.of(new Need("the role's keys", state.keysOf(role), state.holders())),
                        List.of());
        return new SigningRequest(state.fleet(), List.of(part));
    }

    /// The offline roles' files, from which a change of keys is worked out.
    public TrustFiles files() throws IOException {
        return locked(() -> {
            PublishedState state = PublishedState.read(metadata);
            RoleFiles roleFiles = roleFiles(state, Instant.EPOCH);
            var delegated = new TreeMap<String, JsonObject>();
            var free = new TreeMap<String, Long>();
            for (Map.Entry<String, byte[]> file : state.files().entrySet()) {
                free.put(file.getKey(), roleFiles.unusedVersion(file.getKey()));
                if (!file.getKey().equals(Roles.TARGETS)) {
                    delegated.put(file.getKey(), json(file.getValue()));
                }
            }
            byte[] targets = state.files().get(Roles.TARGETS);
            if (targets == null) throw new IllegalStateException("targets are always read");
            return new TrustFiles(json(root()), json(targets), delegated, free);
        });
    }

    private static JsonObject json(byte[] file) {
        return StrictJson.parseObject(file, Limits.METADATA_BYTES);
    }

    /// All that the trust in this repository rests on at `now`.
    public TrustReport report(Instant now) throws IOException {
        return locked(() -> {
            var files = new TreeMap<String, Integer>();
            for (String role : waiting.roles()) files.put(role, waiting.of(role).size());
            return TrustReport.of(PublishedState.read(metadata), keys, files, now);
        });
    }

    /// Publishes what enough people have signed, whole or not at all: a process that is killed
    /// finishes at the next call of [#finishAccepted]. Adds the signatures of the keys that are
    /// here.
    ///
    /// @return what is different now, in words
    public List<String> accept(SigningRequest signed, Instant now) throws IOException {
        return locked(() -> {
            SigningRequest request = signed;
            for (Signer signer : keys.all()) request = request.withSignaturesOf(signer);
            request.requireComplete();
            Acceptance.of(PublishedState.read(metadata), request, keys, now);
            waiting.beginAccepted(request);
            finish(request, now);
            return request.words();
        });
    }

    /// Goes on where a publisher was killed while it published what people had signed.
    ///
    /// @return whether there was anything to do
    public boolean finishAccepted(Instant now) throws IOException {
        return locked(() -> {
            Optional<SigningRequest> request = waiting.accepted();
            if (request.isEmpty()) return false;
            finish(request.get(), now);
            return true;
        });
    }

    private void finish(SigningRequest request, Instant now) throws IOException {
        PublishedState state = PublishedState.read(metadata);
        if (!isInForce(state, request)) write(state, request, now);
        for (RequestPart part : request.parts()) {
            if (!part.role().equals(Roles.ROOT)) {
                waiting.settle(part.role(), Targets.read(part.signed()).files());
            }
        }
        waiting.endAccepted();
        PublishedState published = PublishedState.read(metadata);
        boolean guarded =
                !keys.meets(published.keysOf(Roles.ROOT))
                        && !keys.meets(published.keysOf(Roles.TARGETS));
        if (guarded) keys.endDevelopment();
    }

    private static boolean isInForce(PublishedState state, SigningRequest request) {
        if (!state.isUnderNewestRoot()) return false;
        for (RequestPart part : request.parts()) {
            boolean same =
                    part.role().equals(Roles.ROOT)
                            ? part.version() <= state.root().version()
                            : state.roles().containsKey(part.role())
                                    && part.version() <= state.role(part.role()).header().version();
            if (!same) return false;
        }
        return true;
    }

    /// Bottom up, as always: roles, root, snapshot, and the timestamp last.
    private void write(PublishedState state, SigningRequest request, Instant now)
            throws IOException {
        Acceptance judged = Acceptance.of(state, request, keys, now);
        var folder = new DurableFolder(metadata, steps);
        RoleFiles roleFiles = roleFiles(judged, state.fleet(), now);
        var listed = new TreeMap<>(state.snapshot().files());
        for (RequestPart part : judged.parts()) {
            byte[] file = part.toFile();
            folder.putOnce(Roles.file(part.role(), part.version()), file);
            listed.put(Roles.listed(part.role()), MetaFile.of(part.version(), file));
        }
        for (String role : judged.resigned()) {
            Targets before = state.roles().get(role);
            listed.put(
                    Roles.listed(role),
                    before == null
                            ? roleFiles.putFirstTargets(role, List.of())
                            : roleFiles.putTargets(role, before, before.files()));
        }
        if (judged.rootPart().isPresent()) {
            RequestPart root = judged.rootPart().get();
            folder.putOnce(Roles.file(Roles.ROOT, root.version()), root.toFile());
        }
        roleFiles.putSnapshot(listed, state.timestamp().header().version() + 1);
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

    /// Why this publisher cannot offer deltas; empty when it can.
    public Optional<String> deltaRefusal() throws IOException {
        return locked(() -> {
            PublishedState state = PublishedState.read(metadata);
            if (!state.roles().containsKey(Roles.DELTAS)) {
                return Optional.of(
                        "this repository has no role "
                                + Roles.DELTAS
                                + "; let those who hold the targets role delegate 'deltas/*' to it");
            }
            return keys.meets(state.keysOf(Roles.DELTAS))
                    ? Optional.empty()
                    : Optional.of(
                            "the key of role "
                                    + Roles.DELTAS
                                    + " is not here; put it into the server's folder of keys");
        });
    }

    /// The deltas that devices find, by target name; empty where there is no role for them.
    public SortedMap<String, TargetFile> deltas() throws IOException {
        return locked(() -> {
            Targets role = PublishedState.read(metadata).roles().get(Roles.DELTAS);
            return role == null
                    ? Collections.emptySortedMap()
                    : Collections.unmodifiableSortedMap(new TreeMap<>(role.files()));
        });
    }

    /// Names a delta whose file lies in the repository already. Offering the same again changes
    /// nothing; another one under the name takes its place.
    ///
    /// @param targetName `deltas/<old image>-<new image>`
    /// @param head its prefix and head, which name every frame
    /// @return whether anything was written
    public boolean offerDelta(String targetName, byte[] head, Instant now) throws IOException {
        if (!DELTA_TARGET.matcher(targetName).matches()) {
            throw new MalformedInput(
                    "not the target of a delta: expected deltas/<old image>-<new image>, found '"
                            + (targetName.length() <= 150
                                    ? targetName
                                    : targetName.substring(0, 150) + "...")
                            + "'");
        }
        TargetFile file = TargetFile.of(targetName, head);
        return locked(() -> {
            PublishedState state = PublishedState.read(metadata);
            var files = new TreeMap<>(deltasRole(state).files());
            if (file.equals(files.put(targetName, file))) return false;
            if (files.size() > MOST_DELTAS) {
                throw new SigningRefused(
                        "role "
                                + Roles.DELTAS
                                + " names "
                                + MOST_DELTAS
                                + " deltas already, and every device reads them all; withdraw some.");
            }
            replace(state, Map.of(Roles.DELTAS, files), now);
            return true;
        });
    }

    /// Takes deltas out, so that no device finds them any more; their files stay. Names that are
    /// not there are passed over.
    ///
    /// @return whether anything was written
    public boolean withdrawDeltas(Set<String> names, Instant now) throws IOException {
        return locked(() -> {
            PublishedState state = PublishedState.read(metadata);
            if (!state.roles().containsKey(Roles.DELTAS)) return false;
            var files = new TreeMap<>(state.role(Roles.DELTAS).files());
            if (!files.keySet().removeAll(names)) return false;
            deltasRole(state);
            replace(state, Map.of(Roles.DELTAS, files), now);
            return true;
        });
    }

    /// The role, when it can be signed here.
    private Targets deltasRole(PublishedState state) {
        Targets role = state.roles().get(Roles.DELTAS);
        if (role == null) {
            throw new SigningRefused(
                    "this repository has no role "
                            + Roles.DELTAS
                            + "; whoever holds the targets role has to delegate 'deltas/*' to it.");
        }
        requireSigners(state, List.of(Roles.DELTAS));
        return role;
    }

    /// Signs the online roles anew when less than half of their life is left, or when a wrong clock
    /// gave them too long a one, or when a new root wants other keys. Needs their keys only.
    ///
    /// @return whether anything was written
    public boolean renewOnline(Instant now) throws IOException {
        return locked(() -> {
            PublishedState state = PublishedState.read(metadata);
            Targets deltas = state.roles().get(Roles.DELTAS);
            boolean deltasDue =
                    deltas != null
                            && keys.meets(state.keysOf(Roles.DELTAS))
                            && Lifetimes.isDue(Roles.DELTAS, deltas.header(), now);
            boolean snapshotDue =
                    !state.isUnderNewestRoot()
                            || Lifetimes.isDue(Roles.SNAPSHOT, state.snapshot().header(), now);
            boolean timestampDue =
                    Lifetimes.isDue(Roles.TIMESTAMP, state.timestamp().header(), now);
            if (!snapshotDue && !timestampDue && !deltasDue) return false;
            requireSigners(state, List.of());
            if (deltasDue && deltas != null) {
                replace(state, Map.of(Roles.DELTAS, deltas.files()), now);
                return true;
            }
            RoleFiles roleFiles = roleFiles(state, now);
            long version = state.timestamp().header().version() + 1;
            if (snapshotDue) {
                roleFiles.putSnapshot(state.snapshot().files(), version);
                roleFiles.forgetOldVersions(Roles.SNAPSHOT);
            } else roleFiles.putTimestamp(state.timestamp().snapshot(), version);
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
                        boolean ours = !Roles.isOnline(role) && keys.meets(state.keysOf(role));
                        if (ours && Lifetimes.isDue(role, targets.header(), now)) {
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

    /// The time, in the name of the timestamp role as the newest root has it ([SignedTime]): after
    /// a rotation with another key than the one that the server began with.
    ///
    /// @param nonce of who asks
    public byte[] time(String nonce, Instant now) throws IOException {
        RootTrust newest = PublishedState.newestRoot(metadata);
        RoleKeys trusted = newest.root().role(Roles.TIMESTAMP);
        keys.requireTrusted(Roles.TIMESTAMP, trusted);
        FleetId fleet = newest.fleet();
        if (fleet == null) throw new MalformedMetadata(Roles.ROOT, "it names no fleet");
        return SignedTime.answer(fleet, nonce, now, keys.signersOf(trusted).getFirst());
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
            files.put(Roles.listed(role), roleFiles.putFirstTargets(role, List.of()));
        }
        if (keys.has(Roles.DELTAS)) {
            files.put(
                    Roles.listed(Roles.DELTAS), roleFiles.putFirstTargets(Roles.DELTAS, List.of()));
        }
        files.put(
                Roles.listed(Roles.TARGETS),
                roleFiles.putFirstTargets(Roles.TARGETS, delegations(channels)));
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
            roles.put(role, ownKey(role));
        }
        Courier courier =
                keys.has(Roles.COURIER)
                        ? new Courier(ownKey(Roles.COURIER), Courier.DEFAULT_VALID_DAYS)
                        : null;
        roleFiles.putRoot(roles, courier);
    }

    private RoleKeys ownKey(String role) {
        return RoleKeys.of(1, List.of(keys.signer(role).publicKey()));
    }

    private List<Delegation> delegations(List<Channel> channels) {
        var delegations = new ArrayList<Delegation>();
        for (Channel channel : channels) {
            PublicKey key = keys.signer(Roles.ofChannel(channel)).publicKey();
            delegations.add(Delegation.ofChannel(channel, key));
        }
        if (keys.has(Roles.DELTAS)) {
            delegations.add(Delegation.ofDeltas(keys.signer(Roles.DELTAS).publicKey()));
        }
        return delegations;
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
        RoleFiles roleFiles = roleFiles(state, now);
        var listed = new TreeMap<>(state.snapshot().files());
        for (Map.Entry<String, Map<String, TargetFile>> change : changed.entrySet()) {
            String role = change.getKey();
            listed.put(
                    Roles.listed(role),
                    roleFiles.putTargets(role, state.role(role), change.getValue()));
        }
        roleFiles.putSnapshot(listed, state.timestamp().header().version() + 1);
        for (String role : changed.keySet()) roleFiles.forgetOldVersions(role);
        roleFiles.forgetOldVersions(Roles.SNAPSHOT);
    }

    private RoleFiles roleFiles(PublishedState state, Instant now) {
        return new RoleFiles(
                new DurableFolder(metadata, steps), keys, state::keysOf, state.fleet(), now);
    }

    private RoleFiles roleFiles(Acceptance judged, FleetId fleet, Instant now) {
        return new RoleFiles(new DurableFolder(metadata, steps), keys, judged::keysOf, fleet, now);
    }

    private RoleFiles firstRoleFiles(FleetId fleet, Instant now) {
        return new RoleFiles(new DurableFolder(metadata, steps), keys, this::ownKey, fleet, now);
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

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A repository as data: tests edit its fields and call [#publish], or edit the served files
/// directly, as an attacker on the way would.
final class RepositorySimulator implements MetadataSource {
    static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    static final Instant FAR = NOW.plus(Duration.ofDays(300));
    static final String TARGET = "channels/prod/qemu-x86/1.1.json";

    @Nullable FleetId fleet;
    boolean consistent = true;
    long rootVersion;
    long timestampVersion;
    long snapshotVersion;
    Instant rootExpires = FAR;
    Instant timestampExpires = NOW.plus(Duration.ofDays(7));
    Instant snapshotExpires = NOW.plus(Duration.ofDays(30));
    Instant targetsExpires = FAR;
    Instant channelExpires = FAR;

    /// Who signs for a role, which need not be who may.
    final Map<String, List<PrivateKey>> signers = new TreeMap<>();

    final Map<String, RoleKeys> allowed = new TreeMap<>();
    final Map<String, Long> versions = new TreeMap<>();
    final Map<String, Map<String, TargetFile>> files = new TreeMap<>();
    final List<Delegation> delegations = new ArrayList<>();
    final Map<String, List<Delegation>> delegationsOf = new TreeMap<>();

    /// What the network serves.
    final Map<String, byte[]> served = new TreeMap<>();

    final List<String> fetched = new ArrayList<>();

    RepositorySimulator() {
        this(new FleetId("harbour"));
    }

    RepositorySimulator(@Nullable FleetId fleet) {
        this.fleet = fleet;
        for (String role : Roles.TOP) {
            allow(role, 1, role);
        }
        channel("dev");
        channel("prod");
        put(TARGET, "manifest of 1.1");
        publishRoot();
        publish();
    }

    /// The keys of these names may sign for `role`, and do.
    void allow(String role, int threshold, String... names) {
        List<PrivateKey> keys = keys(names);
        allowed.put(
                role, RoleKeys.of(threshold, keys.stream().map(PrivateKey::publicKey).toList()));
        signers.put(role, keys);
    }

    void signWith(String role, String... names) {
        signers.put(role, keys(names));
    }

    void channel(String name) {
        String role = Roles.ofChannel(new Channel(name));
        signers.put(role, keys(role));
        delegations.add(Delegation.ofChannel(new Channel(name), TestKeys.named(role).publicKey()));
        files.put(role, new TreeMap<>());
    }

    void put(String target, String content) {
        String role = "channel-" + target.split("/", -1)[1];
        putIn(role, target, content);
    }

    void putIn(String role, String target, String content) {
        files.computeIfAbsent(role, _ -> new TreeMap<>())
                .put(target, TargetFile.of(target, content.getBytes(UTF_8)));
    }

    /// The next root, signed by the keys of the one before and by those of now.
    void publishRoot() {
        List<PrivateKey> both = new ArrayList<>(signers.getOrDefault("last root", List.of()));
        for (PrivateKey key : signed(Roles.ROOT)) {
            if (both.stream().noneMatch(have -> have.publicKey().equals(key.publicKey()))) {
                both.add(key);
            }
        }
        rootVersion++;
        serve(Roles.file(Roles.ROOT, rootVersion), SignedFile.sign(root(), both));
        signers.put("last root", signed(Roles.ROOT));
    }

    JsonObject root() {
        var top = new TreeMap<>(allowed);
        top.keySet().retainAll(Roles.TOP);
        return new Root(new Header(rootVersion, rootExpires, fleet), consistent, top).toJson();
    }

    /// New versions of everything below the root.
    void publish() {
        var listed = new TreeMap<String, MetaFile>();
        for (String role : files.keySet()) {
            if (!role.equals(Roles.TARGETS)) listed.put(Roles.listed(role), publishTargets(role));
        }
        listed.put(Roles.listed(Roles.TARGETS), publishTargets(Roles.TARGETS));
        publishSnapshot(listed);
    }

    private String name(String role, long version) {
        return consistent ? Roles.file(role, version) : Roles.plainFile(role);
    }

    MetaFile publishTargets(String role) {
        long version = versions.merge(role, 1L, Long::sum);
        boolean top = role.equals(Roles.TARGETS);
        var targets =
                new Targets(
                        new Header(version, top ? targetsExpires : channelExpires, fleet),
                        files.getOrDefault(role, Map.of()),
                        top ? delegations : delegationsOf.getOrDefault(role, List.of()));
        byte[] bytes = SignedFile.sign(targets.toJson(), signed(role));
        serve(name(role, version), bytes);
        return MetaFile.of(version, bytes);
    }

    void publishSnapshot(Map<String, MetaFile> listed) {
        snapshotVersion++;
        var snapshot = new Snapshot(new Header(snapshotVersion, snapshotExpires, fleet), listed);
        byte[] bytes = SignedFile.sign(snapshot.toJson(), signed(Roles.SNAPSHOT));
        serve(name(Roles.SNAPSHOT, snapshotVersion), bytes);
        publishTimestamp(MetaFile.of(snapshotVersion, bytes));
    }

    void publishTimestamp(MetaFile snapshot) {
        timestampVersion++;
        var timestamp =
                new Timestamp(new Header(timestampVersion, timestampExpires, fleet), snapshot);
        serve("timestamp.json", SignedFile.sign(timestamp.toJson(), signed(Roles.TIMESTAMP)));
    }

    MemoryStore newDevice() {
        return MemoryStore.provisionedWith(served("1.root.json"));
    }

    TufClient client(TrustStore store) {
        return new TufClient(store, this);
    }

    byte[] served(String file) {
        byte[] bytes = served.get(file);
        if (bytes == null) throw new IllegalArgumentException(file + " is not served");
        return bytes;
    }

    void serve(String file, byte[] bytes) {
        served.put(file, bytes);
    }

    /// All files as they are now, to be served again later.
    Map<String, byte[]> snapshotOfServer() {
        return new TreeMap<>(served);
    }

    @Override
    public Optional<byte[]> fetch(String fileName, int maxBytes) {
        fetched.add(fileName);
        byte[] bytes = served.get(fileName);
        if (bytes != null && bytes.length > maxBytes) {
            throw new TrustException.EndlessData(fileName, maxBytes);
        }
        return Optional.ofNullable(bytes);
    }

    private List<PrivateKey> signed(String role) {
        return signers.getOrDefault(role, List.of());
    }

    private static List<PrivateKey> keys(String... names) {
        return Arrays.stream(names).map(TestKeys::named).toList();
    }
}

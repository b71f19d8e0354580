// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.trust.TrustException.MalformedMetadata;
import dev.evenkeel.trust.TrustException.TooFewSignatures;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Who shall sign what from now on, worked out from what is in force: gathers changes, and makes
/// the [SigningRequest] that brings them about. Everything that the new keys leave without a valid
/// signature is in that request too, so that no device meets a repository that is half changed.
public final class KeyChanges {
    private final TrustFiles files;
    private final Root root;
    private final Targets targets;
    private final FleetId fleet;
    private final Map<String, RoleKeys> roles = new LinkedHashMap<>();
    private final Map<String, RoleKeys> delegated = new TreeMap<>();
    private final Map<String, String> holders = new TreeMap<>();
    private final Set<String> renewed = new TreeSet<>();
    private @Nullable Courier courier;

    private KeyChanges(TrustFiles files) {
        this.files = files;
        this.root = Root.read(files.root().object("signed"));
        this.targets = Targets.read(files.targets().object("signed"));
        FleetId named = root.header().fleet();
        if (named == null) throw new MalformedMetadata(Roles.ROOT, "it names no fleet");
        this.fleet = named;
        this.roles.putAll(root.roles());
        this.courier = root.courier();
        for (Delegation delegation : targets.delegations()) {
            delegated.put(delegation.role(), delegation.keys());
        }
        this.holders.putAll(root.header().holders());
        this.holders.putAll(targets.header().holders());
    }

    public static KeyChanges to(TrustFiles inForce) {
        return new KeyChanges(inForce);
    }

    /// The names of all roles, the courier's among them.
    public List<String> roleNames() {
        var names = new ArrayList<>(roles.keySet());
        names.addAll(delegated.keySet());
        names.add(Roles.COURIER);
        return names;
    }

    /// These keys sign for `role`, and no others; `threshold` of them must.
    public KeyChanges replace(String role, int threshold, List<NamedKey> keys) {
        for (NamedKey key : keys) holders.put(key.key().id(), key.holder());
        set(role, RoleKeys.of(threshold, keys.stream().map(NamedKey::key).toList()));
        return this;
    }

    /// `next` takes the place of the key that `old` names, in every role that has it.
    public KeyChanges rotate(String old, NamedKey next) {
        String id = find(old);
        holders.put(next.key().id(), next.holder());
        changeAll(keys -> {
            if (!keys.keys().containsKey(id)) return keys;
            var list = new ArrayList<PublicKey>();
            keys.keys().forEach((key, value) -> list.add(key.equals(id) ? next.key() : value));
            return RoleKeys.of(keys.threshold(), list);
        });
        return this;
    }

    /// The key that `old` names signs for nothing any more.
    public KeyChanges revoke(String old) {
        String id = find(old);
        changeAll(keys -> {
            if (!keys.keys().containsKey(id)) return keys;
            var rest = new LinkedHashMap<>(keys.keys());
            rest.remove(id);
            return new RoleKeys(keys.threshold(), rest);
        });
        return this;
    }

    public KeyChanges courierDays(int days) {
        courier = new Courier(rolesKeys(Roles.COURIER), days);
        return this;
    }

    /// Signed anew for a new time of validity, whether its keys change or not.
    public KeyChanges renew(String role) {
        rolesKeys(role);
        renewed.add(role);
        return this;
    }

    /// What has to be signed for all this.
    public SigningRequest request(Instant now) {
        roles.forEach(KeyChanges::requireUsable);
        delegated.forEach(KeyChanges::requireUsable);
        if (courier != null) requireUsable(Roles.COURIER, courier.keys());
        var parts = new ArrayList<RequestPart>();
        boolean rootChanges =
                renewed.contains(Roles.ROOT)
                        || !roles.equals(root.roles())
                        || !Objects.equals(courier, root.courier());
        if (rootChanges) parts.add(rootPart(now));
        boolean delegationsChange = !delegations().equals(targets.delegations());
        if (delegationsChange
                || renewed.contains(Roles.TARGETS)
                || !isSignedBy(Roles.TARGETS, files.targets(), rolesKeys(Roles.TARGETS))) {
            parts.add(targetsPart(now));
        }
        delegated.forEach((role, keys) -> {
            JsonObject file = files.delegated().get(role);
            if (file == null) return;
            if (renewed.contains(role) || !isSignedBy(role, file, keys)) {
                parts.add(delegatedPart(role, file, keys, now));
            }
        });
        if (parts.isEmpty()) throw new MalformedInput("nothing would change: all is so already");
        return new SigningRequest(fleet, parts);
    }

    private RequestPart rootPart(Instant now) {
        Header header =
                new Header(
                        root.header().version() + 1,
                        now.plus(Lifetimes.of(Roles.ROOT)),
                        fleet,
                        root.header().ours());
        var used = new ArrayList<>(roles.values());
        if (courier != null) used.add(courier.keys());
        Root next = root.with(header.withHolders(holdersOf(used)), roles, courier);
        RoleKeys before = root.role(Roles.ROOT);
        RoleKeys after = next.role(Roles.ROOT);
        var needs = new ArrayList<Need>();
        needs.add(new Need("the root in force", before, holders));
        if (!before.equals(after)) needs.add(new Need("the new root", after, holders));
        return new RequestPart(
                Roles.ROOT, next.toJson(), files.root().object("signed"), needs, List.of());
    }

    private RequestPart targetsPart(Instant now) {
        Header header =
                header(Roles.TARGETS, targets.header(), now)
                        .withHolders(holdersOf(delegated.values()));
        var next = new Targets(header, targets.files(), delegations(), targets.unknown());
        return part(Roles.TARGETS, next, files.targets(), rolesKeys(Roles.TARGETS));
    }

    private RequestPart delegatedPart(String role, JsonObject file, RoleKeys keys, Instant now) {
        Targets before = Targets.read(file.object("signed"));
        Targets next = before.next(header(role, before.header(), now), before.files());
        return part(role, next, file, keys);
    }

    private RequestPart part(String role, Targets next, JsonObject file, RoleKeys keys) {
        return new RequestPart(
                role,
                next.toJson(),
                file.object("signed"),
                List.of(new Need("the role's keys", keys, holders)),
                List.of());
    }

    private Header header(String role, Header before, Instant now) {
        long version = Math.max(files.free(role), before.version() + 1);
        return new Header(version, now.plus(Lifetimes.of(role)), fleet, before.ours());
    }

    private List<Delegation> delegations() {
        return targets.delegations().stream()
                .map(delegation -> delegation.with(rolesKeys(delegation.role())))
                .toList();
    }

    private Map<String, String> holdersOf(Iterable<RoleKeys> used) {
        var names = new TreeMap<String, String>();
        for (RoleKeys keys : used) {
            for (String id : keys.keys().keySet()) {
                String holder = holders.get(id);
                if (holder != null) names.put(id, holder);
            }
        }
        return names;
    }

    private static boolean isSignedBy(String role, JsonObject file, RoleKeys keys) {
        try {
            SignedFile.parse(role, file.toCanonicalBytes()).verifiedBy(keys);
            return true;
        } catch (TooFewSignatures withdrawn) {
            return false;
        }
    }

    private static void requireUsable(String role, RoleKeys keys) {
        var independent = new HashSet<String>();
        long count = 0;
        for (PublicKey key : keys.keys().values()) {
            if (Collections.disjoint(independent, key.material())) count++;
            independent.addAll(key.material());
        }
        if (count < keys.threshold()) {
            throw new MalformedInput(
                    "role "
                            + role
                            + " would have "
                            + count
                            + " independent keys for a threshold of "
                            + keys.threshold()
                            + ", and nobody could ever sign for it again. Name another key in its"
                            + " place, or lower the threshold in the same step.");
        }
    }

    private RoleKeys rolesKeys(String role) {
        RoleKeys top = roles.get(role);
        if (top != null) return top;
        RoleKeys below = delegated.get(role);
        if (below != null) return below;
        if (role.equals(Roles.COURIER)) {
            return courier == null ? RoleKeys.of(1, List.of()) : courier.keys();
        }
        throw new MalformedInput(
                "this repository has no role '" + role + "'; it has " + roleNames());
    }

    private void set(String role, RoleKeys keys) {
        rolesKeys(role);
        if (roles.containsKey(role)) roles.put(role, keys);
        else if (delegated.containsKey(role)) delegated.put(role, keys);
        else {
            courier =
                    new Courier(
                            keys,
                            courier == null ? Courier.DEFAULT_VALID_DAYS : courier.validDays());
        }
    }

    private void changeAll(UnaryOperator<RoleKeys> change) {
        roles.replaceAll((_, keys) -> change.apply(keys));
        delegated.replaceAll((_, keys) -> change.apply(keys));
        if (courier != null) {
            courier = new Courier(change.apply(courier.keys()), courier.validDays());
        }
    }

    /// The id of the one key that `text` names: by its id, the beginning of it, or its holder.
    private String find(String text) {
        var found = new TreeSet<String>();
        var all = new ArrayList<>(roles.values());
        all.addAll(delegated.values());
        if (courier != null) all.add(courier.keys());
        String wanted = text.contains(":") ? text.substring(text.indexOf(':') + 1) : text;
        for (RoleKeys keys : all) {
            for (String id : keys.keys().keySet()) {
                boolean byId = wanted.length() >= 8 && id.startsWith(wanted);
                if (byId || text.equals(holders.get(id))) found.add(id);
            }
        }
        if (found.size() == 1) return found.first();
        throw new MalformedInput(
                (found.isEmpty() ? "no key" : found.size() + " keys")
                        + " of this repository is named '"
                        + text
                        + "'; name one by its holder or the first 8 digits of its id (see"
                        + " 'evenkeel keys list')");
    }
}

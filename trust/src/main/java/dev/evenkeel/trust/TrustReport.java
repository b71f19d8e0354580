// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Every fact on which the trust in a repository rests, and what would break next.
///
/// @param roles in the order in which they would expire
/// @param unusedKeys files of keys on the server that sign for nothing
/// @param waiting roles that wait for signatures of people, with the number of files
public record TrustReport(
        String fleet,
        long root,
        boolean isDevelopment,
        List<RoleFact> roles,
        List<String> unusedKeys,
        Map<String, Integer> waiting,
        Instant at) {
    /// How much time is left.
    public enum Urgency {
        FINE,
        /// People should sign within a month, or the server has missed a renewal.
        SOON,
        /// A week is left, or almost nothing of an online role's short life.
        NOW,
        EXPIRED
    }

    /// A key of a role.
    public record KeyFact(String keyId, KeyType type, String holder, boolean isHere) {}

    /// One role.
    ///
    /// @param expires when its metadata do; for the courier, which has none, those of the root
    /// @param isRenewedHere whether the server holds enough of its keys, and renews it by itself
    public record RoleFact(
            String role,
            long version,
            Instant expires,
            int threshold,
            boolean isRenewedHere,
            List<KeyFact> keys,
            Urgency urgency) {
        public RoleFact {
            keys = List.copyOf(keys);
        }
    }

    public static final Duration SOON = Duration.ofDays(30);
    public static final Duration NOW = Duration.ofDays(7);

    public TrustReport {
        roles = List.copyOf(roles);
        unusedKeys = List.copyOf(unusedKeys);
        waiting = Map.copyOf(waiting);
    }

    static TrustReport of(
            PublishedState state, SigningKeys keys, Map<String, Integer> waiting, Instant now) {
        var roles = new ArrayList<RoleFact>();
        var facts = new Facts(keys, state.holders(), now);
        Root root = state.root().root();
        roles.add(facts.of(Roles.ROOT, root.header(), root.role(Roles.ROOT)));
        roles.add(
                facts.of(Roles.SNAPSHOT, state.snapshot().header(), state.keysOf(Roles.SNAPSHOT)));
        roles.add(
                facts.of(
                        Roles.TIMESTAMP,
                        state.timestamp().header(),
                        state.keysOf(Roles.TIMESTAMP)));
        state.roles()
                .forEach((role, targets) ->
                        roles.add(facts.of(role, targets.header(), state.keysOf(role))));
        Courier courier = root.courier();
        if (courier != null) roles.add(facts.of(Roles.COURIER, root.header(), courier.keys()));
        roles.sort(Comparator.comparing(RoleFact::expires).thenComparing(RoleFact::role));
        return new TrustReport(
                state.fleet().text(),
                root.header().version(),
                keys.isDevelopment(),
                roles,
                unused(keys, roles),
                waiting,
                now);
    }

    private static List<String> unused(SigningKeys keys, List<RoleFact> roles) {
        Set<String> used = new TreeSet<>();
        roles.forEach(role -> role.keys().forEach(key -> used.add(key.keyId())));
        return keys.publicKeys().entrySet().stream()
                .filter(key -> !used.contains(key.getValue().id()))
                .map(key -> key.getKey() + ".pk8")
                .toList();
    }

    private record Facts(SigningKeys here, Map<String, String> holders, Instant now) {
        RoleFact of(String role, Header header, RoleKeys keys) {
            var facts = new ArrayList<KeyFact>();
            Set<PublicKey> held = Set.copyOf(here.publicKeys().values());
            keys.keys()
                    .forEach((id, key) ->
                            facts.add(
                                    new KeyFact(
                                            id,
                                            key.type(),
                                            holders.getOrDefault(id, ""),
                                            held.contains(key))));
            boolean isRenewedHere = here.meets(keys) && !role.equals(Roles.ROOT);
            return new RoleFact(
                    role,
                    header.version(),
                    header.expires(),
                    keys.threshold(),
                    isRenewedHere,
                    facts,
                    urgency(role, header));
        }

        /// An online role lives for days only and is renewed at half of its life: it is late when a
        /// third is left.
        private Urgency urgency(String role, Header header) {
            Duration left = Duration.between(now, header.expires());
            if (!left.isPositive()) return Urgency.EXPIRED;
            Duration life = Lifetimes.of(role);
            boolean online = Roles.isOnline(role);
            Duration loud = online ? life.dividedBy(6) : NOW;
            Duration soon = online ? life.dividedBy(3) : SOON;
            if (left.compareTo(loud) <= 0) return Urgency.NOW;
            return left.compareTo(soon) <= 0 ? Urgency.SOON : Urgency.FINE;
        }
    }

    public Urgency urgency() {
        return roles.stream()
                .map(RoleFact::urgency)
                .max(Comparator.naturalOrder())
                .orElse(Urgency.FINE);
    }

    /// What has to be done, most urgent first; empty when nothing has.
    public List<String> warnings() {
        var warnings = new ArrayList<String>();
        for (RoleFact role : roles) {
            if (role.urgency() == Urgency.FINE || role.role().equals(Roles.COURIER)) continue;
            warnings.add(warning(role));
        }
        waiting.forEach((role, files) ->
                warnings.add(
                        role
                                + " waits for signatures: "
                                + files
                                + (files == 1 ? " release is" : " releases are")
                                + " not found by devices until then; get the request with 'evenkeel"
                                + " root request "
                                + role
                                + "'"));
        return warnings;
    }

    private String warning(RoleFact role) {
        boolean expired = role.urgency() == Urgency.EXPIRED;
        String text =
                role.role()
                        + " "
                        + (expired ? "EXPIRED at " : "expires at ")
                        + role.expires()
                        + (expired ? "" : " (" + left(role) + " left)")
                        + ": devices then take no new release";
        if (role.isRenewedHere()) {
            return text + "; the server should have renewed it: see its log, disk and clock";
        }
        return text
                + "; sign a new one with 'evenkeel keys renew "
                + role.role()
                + "', "
                + role.threshold()
                + " of "
                + role.keys().size()
                + " keys";
    }

    private String left(RoleFact role) {
        Duration left = Duration.between(at, role.expires());
        return left.toDays() > 1 ? left.toDays() + " days" : left.toHours() + " hours";
    }

    public JsonObject toJson() {
        List<Json> list = roles.stream().<Json>map(this::json).toList();
        JsonObject files = JsonObject.EMPTY;
        for (Map.Entry<String, Integer> role : waiting.entrySet()) {
            files = files.with(role.getKey(), role.getValue());
        }
        return JsonObject.of("at", at.toString())
                .with("development_keys", isDevelopment)
                .with("fleet", fleet)
                .with("roles", new JsonArray(list))
                .with("root", root)
                .with("unused_keys", JsonArray.ofTexts(unusedKeys))
                .with("urgency", word(urgency()))
                .with("waiting", files)
                .with("warnings", JsonArray.ofTexts(warnings()));
    }

    private JsonObject json(RoleFact role) {
        List<Json> keys =
                role.keys().stream()
                        .<Json>map(key ->
                                JsonObject.of("holder", key.holder())
                                        .with("key", key.keyId())
                                        .with("on_server", key.isHere())
                                        .with("type", key.type().toString()))
                        .toList();
        return JsonObject.of("expires", role.expires().toString())
                .with("keys", new JsonArray(keys))
                .with("renewed_by_server", role.isRenewedHere())
                .with("role", role.role())
                .with("seconds_left", Duration.between(at, role.expires()).toSeconds())
                .with("threshold", role.threshold())
                .with("urgency", word(role.urgency()))
                .with("version", role.version());
    }

    private static String word(Urgency urgency) {
        return urgency.name().toLowerCase(Locale.ROOT);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.Printable;
import dev.evenkeel.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What a signature would bring about, in lines that a person reads before signing.
final class Words {
    private final RequestPart part;
    private final List<String> lines = new ArrayList<>();

    private Words(RequestPart part) {
        this.part = part;
    }

    static List<String> of(RequestPart part) {
        var words = new Words(part);
        JsonObject before = part.before();
        words.add(
                part.role()
                        + ": version "
                        + (before == null ? "" : before.integer("version") + " -> ")
                        + part.version()
                        + ", valid until "
                        + part.header().expires());
        if (part.role().equals(Roles.ROOT)) words.compareRoots(before);
        else words.compareTargets(before);
        return words.lines;
    }

    private void compareRoots(@Nullable JsonObject before) {
        Root after = Root.read(part.signed());
        Root old = before == null ? null : Root.read(before);
        for (String role : Roles.TOP) {
            compare(role, old == null ? null : old.role(role), after.role(role));
        }
        Courier was = old == null ? null : old.courier();
        Courier is = after.courier();
        compare(Roles.COURIER, was == null ? null : was.keys(), is == null ? null : is.keys());
        if (is != null && (was == null || was.validDays() != is.validDays())) {
            line("courier: bundles are valid for " + is.validDays() + " days at most");
        }
        sayNothingElse();
    }

    private void compareTargets(@Nullable JsonObject before) {
        Targets after = Targets.read(part.signed());
        Map<String, Delegation> was = before == null ? Map.of() : byRole(Targets.read(before));
        Map<String, Delegation> is = byRole(after);
        var roles = new TreeSet<>(was.keySet());
        roles.addAll(is.keySet());
        for (String role : roles) {
            Delegation old = was.get(role);
            Delegation now = is.get(role);
            if (now != null && (old == null || !old.scope().equals(now.scope()))) {
                line(role + ": may name " + now.toJson().without(Set.of("keyids", "threshold")));
            }
            compare(role, old == null ? null : old.keys(), now == null ? null : now.keys());
        }
        compareFiles(before == null ? Map.of() : Targets.read(before).files(), after.files());
        sayNothingElse();
    }

    private static Map<String, Delegation> byRole(Targets targets) {
        var roles = new TreeMap<String, Delegation>();
        targets.delegations().forEach(delegation -> roles.put(delegation.role(), delegation));
        return roles;
    }

    private void compareFiles(Map<String, TargetFile> was, Map<String, TargetFile> is) {
        var names = new TreeSet<>(was.keySet());
        names.addAll(is.keySet());
        for (String name : names) {
            TargetFile old = was.get(name);
            TargetFile now = is.get(name);
            if (now == null) line("- withdraws " + name);
            else if (old == null) line("+ releases " + name + ", " + content(now));
            else if (!old.equals(now)) line("! changes " + name + " to " + content(now));
        }
    }

    private static String content(TargetFile file) {
        JsonObject json = file.toJson();
        return json.integer("length") + " bytes, " + json.object("hashes");
    }

    private void compare(String role, @Nullable RoleKeys was, @Nullable RoleKeys is) {
        if (is == null) {
            if (was != null) line(role + ": the role is removed");
            return;
        }
        Set<String> old = was == null ? Set.of() : was.keys().keySet();
        for (String id : difference(is.keys().keySet(), old)) {
            line(role + ": + key of " + name(id, is));
        }
        for (String id : difference(old, is.keys().keySet())) {
            if (was != null) line(role + ": - key of " + name(id, was));
        }
        if (was == null || was.threshold() != is.threshold()) {
            line(
                    role
                            + ": "
                            + (was == null ? "" : "threshold " + was.threshold() + " -> ")
                            + is.threshold()
                            + " of "
                            + is.keys().size()
                            + " keys");
        }
    }

    private static List<String> difference(Set<String> some, Set<String> others) {
        var rest = new LinkedHashSet<>(some);
        rest.removeAll(others);
        return List.copyOf(rest);
    }

    private String name(String id, RoleKeys keys) {
        PublicKey key = keys.keys().get(id);
        String holder = part.holder(id);
        return (holder.isEmpty() ? "nobody named" : holder) + " (" + key + ")";
    }

    private void sayNothingElse() {
        if (lines.size() == 1) line("nothing but a new time of validity");
    }

    private void line(String text) {
        add("  " + text);
    }

    /// Names in a request may be anybody's, and must not hide what stands above them.
    private void add(String line) {
        lines.add(Printable.of(line));
    }
}

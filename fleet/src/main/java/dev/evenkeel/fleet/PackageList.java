// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The packages inside a release, by name.
public record PackageList(List<Entry> packages) {
    public static final PackageList EMPTY = new PackageList(List.of());

    public record Entry(String name, String version) {}

    /// One package that differs; the side that lacks it has an empty version.
    public record Change(String name, String before, String after) {}

    /// How one list becomes another.
    public record Difference(List<Change> added, List<Change> removed, List<Change> changed) {
        public Difference {
            added = List.copyOf(added);
            removed = List.copyOf(removed);
            changed = List.copyOf(changed);
        }
    }

    public PackageList {
        packages =
                packages.stream()
                        .sorted(
                                java.util.Comparator.comparing(Entry::name)
                                        .thenComparing(Entry::version))
                        .toList();
    }

    public static PackageList read(JsonObject json) {
        var packages = new ArrayList<Entry>();
        for (JsonObject one : json.array("packages").objects()) {
            packages.add(new Entry(one.text("name"), one.text("version")));
        }
        return new PackageList(packages);
    }

    public JsonObject toJson() {
        List<Json> list = new ArrayList<>();
        for (Entry one : packages) {
            list.add(JsonObject.of("name", one.name()).with("version", one.version()));
        }
        return JsonObject.of("packages", new JsonArray(list));
    }

    public Digest digest() {
        return Digest.of(toJson().toString().getBytes(StandardCharsets.UTF_8));
    }

    public Difference to(PackageList newer) {
        Map<String, String> before = byName();
        Map<String, String> after = newer.byName();
        var added = new ArrayList<Change>();
        var removed = new ArrayList<Change>();
        var changed = new ArrayList<Change>();
        after.forEach((name, version) -> {
            String was = before.get(name);
            if (was == null) added.add(new Change(name, "", version));
            else if (!was.equals(version)) changed.add(new Change(name, was, version));
        });
        before.forEach((name, version) -> {
            if (!after.containsKey(name)) removed.add(new Change(name, version, ""));
        });
        return new Difference(added, removed, changed);
    }

    private Map<String, String> byName() {
        var versions = new TreeMap<String, String>();
        for (Entry one : packages) {
            // one name twice (two architectures, a second kernel) is compared as one text
            versions.merge(one.name(), one.version(), (first, more) -> first + ", " + more);
        }
        return versions;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.lock;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What is different between two locks, for people and for `release diff`.
public record LockDiff(List<Change> changes) {
    /// A set of inputs of a lock.
    public enum Part {
        IMAGE,
        TOOLS,
        RUNTIME,
        AGENT
    }

    /// One input that came, went or changed; an empty version means that it was not there.
    ///
    /// @param sizeBytes how many bytes of packages more (or fewer)
    public record Change(Part part, String name, String from, String to, long sizeBytes) {
        @Override
        public String toString() {
            if (from.isEmpty()) return "+ " + name + " " + to;
            if (to.isEmpty()) return "- " + name + " " + from;
            return "~ " + name + " " + from + " -> " + to;
        }
    }

    public LockDiff {
        changes = List.copyOf(changes);
    }

    public static LockDiff between(Lock from, Lock to) {
        var changes = new ArrayList<Change>();
        compare(Part.IMAGE, packages(from.image()), packages(to.image()), changes);
        compare(Part.TOOLS, packages(from.tools()), packages(to.tools()), changes);
        compare(Part.RUNTIME, packages(from.runtime()), packages(to.runtime()), changes);
        compare(Part.AGENT, files(from), files(to), changes);
        return new LockDiff(changes);
    }

    public boolean isEmpty() {
        return changes.isEmpty();
    }

    public List<Change> of(Part part) {
        return changes.stream().filter(change -> change.part() == part).toList();
    }

    private record Item(String version, String digest, long sizeBytes) {}

    private static void compare(
            Part part, Map<String, Item> from, Map<String, Item> to, List<Change> changes) {
        var names = new TreeMap<>(from);
        names.putAll(to);
        for (String name : names.keySet()) {
            Item before = from.getOrDefault(name, new Item("", "", 0));
            Item after = to.getOrDefault(name, new Item("", "", 0));
            if (before.digest().equals(after.digest())) continue;
            changes.add(
                    new Change(
                            part,
                            name,
                            before.version(),
                            after.version(),
                            after.sizeBytes() - before.sizeBytes()));
        }
    }

    private static Map<String, Item> packages(List<LockedPackage> set) {
        var items = new TreeMap<String, Item>();
        set.forEach(
                p -> items.put(p.name(), new Item(p.version(), p.digest().hex(), p.sizeBytes())));
        return items;
    }

    private static Map<String, Item> files(Lock lock) {
        var items = new TreeMap<String, Item>();
        var all = new ArrayList<>(lock.agent());
        lock.aotCache().ifPresent(all::add);
        all.forEach(f ->
                items.put(f.name(), new Item(f.digest().brief(), f.digest().hex(), f.sizeBytes())));
        return items;
    }
}

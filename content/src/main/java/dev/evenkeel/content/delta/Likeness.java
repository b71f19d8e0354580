// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Finds items that share content, whatever they are called: by the hashes of short windows, of
/// which each item keeps the smallest few.
final class Likeness {
    private static final int WINDOW = 16;
    private static final int KEPT = 32;
    private static final int LEAST_SHARED = 4;
    private static final int MOST_ITEMS_FOR_A_HASH = 16;

    private final Map<Long, List<Item>> itemsOf = new HashMap<>();

    void add(Item item, byte[] bytes) {
        for (long hash : smallest(bytes)) {
            List<Item> items = itemsOf.computeIfAbsent(hash, h -> new ArrayList<>(1));
            if (items.size() < MOST_ITEMS_FOR_A_HASH) items.add(item);
        }
    }

    Optional<Item> find(byte[] bytes) {
        Map<Item, Integer> shared = new HashMap<>();
        for (long hash : smallest(bytes)) {
            for (Item item : itemsOf.getOrDefault(hash, List.of())) {
                shared.merge(item, 1, Integer::sum);
            }
        }
        return shared.entrySet().stream()
                .filter(entry -> entry.getValue() >= LEAST_SHARED)
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey);
    }

    private static Set<Long> smallest(byte[] bytes) {
        var smallest = new java.util.PriorityQueue<Long>(java.util.Comparator.reverseOrder());
        Set<Long> held = new LinkedHashSet<>();
        long multiplier = 0x9e3779b97f4a7c15L;
        long top = 1;
        for (int i = 0; i < WINDOW; i++) top *= multiplier;
        long hash = 0;
        for (int i = 0; i < bytes.length; i++) {
            hash = hash * multiplier + bytes[i] + 1;
            if (i >= WINDOW) hash -= top * (bytes[i - WINDOW] + 1);
            if (i < WINDOW - 1) continue;
            long mixed = (hash ^ hash >>> 29) * 0xbf58476d1ce4e5b9L;
            mixed ^= mixed >>> 32;
            if (smallest.size() == KEPT && mixed >= smallest.peek()) continue;
            if (!held.add(mixed)) continue;
            smallest.add(mixed);
            if (smallest.size() > KEPT) held.remove(smallest.remove());
        }
        return held;
    }
}

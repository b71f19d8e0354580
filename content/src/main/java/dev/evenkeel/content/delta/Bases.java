// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// For each new item the old one that it most likely came from: of the same name, of the same name
/// but for numbers in its folders or in itself, or of like content.
final class Bases {
    private final Map<String, Item> byName = new HashMap<>();
    private final Map<String, Item> byFolderlessNumbers = new HashMap<>();
    private final Map<String, Item> byNumberless = new HashMap<>();
    private final Map<String, Item> byLastName = new HashMap<>();
    private final Likeness likeness;

    Bases(List<Item> old, Likeness likeness) {
        this.likeness = likeness;
        for (Item item : old) {
            byName.putIfAbsent(item.name(), item);
            byFolderlessNumbers.putIfAbsent(withoutNumbersInFolders(item.name()), item);
            byNumberless.putIfAbsent(withoutNumbers(item.name()), item);
            byLastName.putIfAbsent(lastName(item.name()), item);
        }
    }

    Optional<Item> find(Item fresh, byte[] bytes) {
        Item found = byName.get(fresh.name());
        if (found == null) {
            found = byFolderlessNumbers.get(withoutNumbersInFolders(fresh.name()));
        }
        if (found == null) found = byNumberless.get(withoutNumbers(fresh.name()));
        if (found != null && !isMemberByNumber(fresh.name())) return Optional.of(found);
        Optional<Item> like = likeness.find(bytes);
        if (like.isPresent()) return like;
        if (found == null) found = byLastName.get(lastName(fresh.name()));
        return Optional.ofNullable(found);
    }

    private static boolean isMemberByNumber(String name) {
        return name.matches(".*![0-9]+");
    }

    private static String withoutNumbersInFolders(String name) {
        int slash = name.lastIndexOf('/');
        return withoutNumbers(name.substring(0, slash + 1)) + name.substring(slash + 1);
    }

    private static String withoutNumbers(String name) {
        return name.replaceAll("[0-9]+([.+~-][0-9]+)*", "#");
    }

    private static String lastName(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }
}

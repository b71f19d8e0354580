// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import dev.evenkeel.image.blueprint.Blueprint;
import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.lock.Wishes;
import java.util.ArrayList;
import java.util.List;

/// Holds a lock against the blueprint that it is used with.
final class LockCheck {
    private LockCheck() {}

    static void requireFresh(Blueprint blueprint, Lock lock) {
        var differences = new ArrayList<String>();
        List<String> wanted = Wishes.image(blueprint);
        for (String wish : wanted) {
            if (!lock.wanted().contains(wish))
                differences.add(place(blueprint, wish) + wish + " is not in the lock");
        }
        for (String locked : lock.wanted()) {
            if (!wanted.contains(locked))
                differences.add(locked + " is locked and no longer asked for");
        }
        if (!differences.isEmpty()) throw new BuildFault.StaleLock(differences);
    }

    private static String place(Blueprint blueprint, String wish) {
        return blueprint.packages().stream()
                .filter(p -> wish.equals("package " + p.wish()))
                .findFirst()
                .map(p -> p.file() + ":" + p.line() + ": ")
                .orElse("");
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fuzz;

import org.jspecify.annotations.Nullable;

/// What Jazzer calls, by these names; the target is its first argument.
public final class Fuzz {
    private static @Nullable Target target;

    private Fuzz() {}

    /// Goes through the kept inputs, so that loading and instrumenting classes is not taken for a
    /// parser that needs too long.
    public static void fuzzerInitialize(String[] arguments) {
        Target chosen = Targets.named(arguments[0]);
        for (byte[] input : Targets.inputs(chosen).values()) chosen.check(input);
        target = chosen;
    }

    public static void fuzzerTestOneInput(byte[] input) {
        Target chosen = target;
        if (chosen == null) throw new IllegalStateException("no target was chosen");
        chosen.check(input);
    }
}

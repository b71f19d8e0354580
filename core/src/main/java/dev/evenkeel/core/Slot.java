// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core;

/// One of the two places for a root filesystem. One is active (booted), the other is written by an
/// update.
public enum Slot {
    A("a"),
    B("b");

    private final String text;

    Slot(String text) {
        this.text = text;
    }

    public Slot other() {
        return this == A ? B : A;
    }

    public static Slot parse(String text) {
        return switch (text) {
            case "a" -> A;
            case "b" -> B;
            default -> throw new MalformedInput("not a slot (a or b): '" + text + "'");
        };
    }

    /// `a` or `b`, as boot records, partitions and messages write it.
    @Override
    public String toString() {
        return text;
    }
}

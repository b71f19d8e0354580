// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core;

import dev.evenkeel.core.json.JsonObject;

/// A range of whole numbers, both ends included.
public record IntRange(int min, int max) {
    public IntRange {
        if (min < 0 || max < min) {
            throw new MalformedInput("not a range (0 <= min <= max): " + min + ".." + max);
        }
    }

    public static IntRange read(JsonObject json) {
        return new IntRange(json.smallInteger("min"), json.smallInteger("max"));
    }

    public JsonObject toJson() {
        return JsonObject.of("min", min).with("max", max);
    }

    public boolean contains(int number) {
        return number >= min && number <= max;
    }

    @Override
    public String toString() {
        return min == max ? Integer.toString(min) : min + ".." + max;
    }
}

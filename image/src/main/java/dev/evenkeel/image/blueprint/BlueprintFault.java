// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.blueprint;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/// A blueprint is wrong; all its mistakes at once, in the order of the file.
public final class BlueprintFault extends RuntimeException {
    private final List<Mistake> mistakes;

    /// One mistake.
    ///
    /// @param key as written in the file, with its table: `layout.slot_size`
    /// @param expected what could stand there
    /// @param found what stands there
    public record Mistake(
            Path file, int line, int column, String key, String expected, String found) {
        @Override
        public String toString() {
            return file
                    + ":"
                    + line
                    + ":"
                    + column
                    + ": "
                    + (key.isEmpty() ? "" : key + ": ")
                    + "expected "
                    + expected
                    + ", found "
                    + found;
        }
    }

    BlueprintFault(List<Mistake> mistakes) {
        super(mistakes.stream().map(Mistake::toString).collect(Collectors.joining("\n")));
        this.mistakes = List.copyOf(mistakes);
    }

    public List<Mistake> mistakes() {
        return mistakes;
    }
}

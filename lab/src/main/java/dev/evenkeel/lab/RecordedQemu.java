// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.nio.file.Path;
import java.util.List;

/// QEMU as an earlier process found it: the words that start it, noted down so that a detached
/// process starts the same one.
///
/// @param words start QEMU, with the temporary folder in sight
record RecordedQemu(List<String> words, Path firmware) implements QemuCommand {
    RecordedQemu {
        words = List.copyOf(words);
    }

    @Override
    public List<String> prefix(String program, List<Path> visible) {
        return words;
    }
}

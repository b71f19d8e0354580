// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.linux;

import dev.evenkeel.core.Slot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What the boot script told this boot on the kernel command line.
///
/// @param values of the keys that begin with `evenkeel.`, named without that
public record KernelCommandLine(Map<String, String> values) {
    private static final String PREFIX = "evenkeel.";

    public KernelCommandLine {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /// Of the kernel that runs.
    ///
    /// @param root `/`, or a folder that looks like it
    public static KernelCommandLine read(Path root) throws IOException {
        return parse(TextFile.read(root.resolve("proc/cmdline")));
    }

    /// The first of two equal keys counts, as in the initramfs: arguments that a slot adds come
    /// last and change nothing that the boot script said.
    public static KernelCommandLine parse(String text) {
        var values = new LinkedHashMap<String, String>();
        for (String word : text.strip().split("\\s+", -1)) {
            int sign = word.indexOf('=');
            if (sign < 0 || !word.startsWith(PREFIX)) continue;
            values.putIfAbsent(word.substring(PREFIX.length(), sign), word.substring(sign + 1));
        }
        return new KernelCommandLine(values);
    }

    public Optional<String> value(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /// The slot that runs; empty where the machine was not booted by the boot script.
    public Optional<Slot> slot() {
        return value("slot").filter(text -> text.matches("[ab]")).map(Slot::parse);
    }

    public boolean isTrial() {
        return value("trial").equals(Optional.of("1"));
    }

    /// Whether the boot script left the slot that was first, because it had no attempt left.
    public boolean isFallback() {
        return value("fallback").equals(Optional.of("1"));
    }

    /// Attempts of the running slot after this boot.
    public int left() {
        return value("left").filter(text -> text.matches("[0-9]")).map(Integer::parseInt).orElse(0);
    }
}

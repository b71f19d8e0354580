// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.linux;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.evenkeel.fuzz.Target;
import java.util.List;
import java.util.Optional;

/// What the kernel was started with, which a slot may add to.
public final class LinuxTargets {
    private LinuxTargets() {}

    public static List<Target> all() {
        return List.of(Target.of("command-line", LinuxTargets::commandLine));
    }

    private static Optional<byte[]> commandLine(byte[] bytes) {
        KernelCommandLine line = KernelCommandLine.parse(new String(bytes, ISO_8859_1));
        line.slot();
        line.isTrial();
        line.isFallback();
        line.left();
        return Optional.empty();
    }
}

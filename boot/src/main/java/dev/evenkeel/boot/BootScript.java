// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/// The boot script of the reference device: U-Boot commands that choose a slot by the boot record
/// and load it. [BootDecision] tells in Java what it decides.
public final class BootScript {
    private BootScript() {}

    /// The source, for `mkimage -A x86 -T script -C none -n evenkeel -d boot.cmd boot.scr`.
    public static String text() {
        try (InputStream in =
                Objects.requireNonNull(BootScript.class.getResourceAsStream("boot.cmd"))) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}

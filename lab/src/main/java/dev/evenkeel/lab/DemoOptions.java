// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.nio.file.Path;
import java.util.function.Consumer;

/// How the demo runs.
///
/// @param folder takes the device: disk and serial log
/// @param seed of the power cuts
/// @param keep leaves device and server up at the end, until [#whileKept] returns
/// @param out takes each line for people
public record DemoOptions(
        Path folder,
        QemuCommand qemu,
        Acceleration acceleration,
        long seed,
        boolean keep,
        Runnable whileKept,
        Consumer<String> out) {}

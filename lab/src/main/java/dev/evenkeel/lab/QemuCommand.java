// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.nio.file.Path;
import java.util.List;

/// Where the lab's programs (QEMU, debugfs) come from: the host, or a tool root with newer ones. A
/// command must keep the process id (exec) or end with its child, so that killing it switches the
/// machine off.
public interface QemuCommand {
    /// The words that start `program` (`qemu-system-x86_64`, `debugfs`), to which its arguments are
    /// appended. Every folder of `visible` is found under its own path inside.
    List<String> prefix(String program, List<Path> visible);

    /// U-Boot for QEMU's PC machine, a path on the host.
    Path firmware();
}

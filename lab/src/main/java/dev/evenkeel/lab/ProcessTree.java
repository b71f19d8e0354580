// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// A process and all that it started.
///
/// @param root the process that we started
record ProcessTree(ProcessHandle root) {
    /// Of the kernel's clock in /proc, fixed at 100 on Linux for user space.
    private static final double TICKS_PER_SECOND = 100;

    List<ProcessHandle> all() {
        return Stream.concat(Stream.of(root), root.descendants()).toList();
    }

    /// Kills at once, children first, so that none outlives the others.
    void kill() {
        for (ProcessHandle process : all().reversed()) {
            process.destroyForcibly();
        }
    }

    /// User and system time of those that live, and of their children that ended.
    double cpuSeconds() {
        return all().stream().mapToDouble(process -> cpuSeconds(process.pid())).sum();
    }

    private static double cpuSeconds(long pid) {
        try {
            String stat =
                    Files.readString(
                            Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
            // the name, second field, may contain anything but ends with the last ')'
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            long ticks = 0;
            for (int field = 11; field <= 14; field++) { // utime stime cutime cstime
                ticks += Long.parseLong(fields[field]);
            }
            return ticks / TICKS_PER_SECOND;
        } catch (IOException gone) {
            return 0;
        }
    }
}

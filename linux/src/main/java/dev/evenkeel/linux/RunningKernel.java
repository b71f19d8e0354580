// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.linux;

import dev.evenkeel.core.BootId;
import dev.evenkeel.core.MalformedInput;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;

/// What the kernel says about this boot.
public final class RunningKernel {
    private static final BigDecimal MILLIS = BigDecimal.valueOf(1000);

    private final Path root;

    /// @param root `/`, or a folder that looks like it
    public RunningKernel(Path root) {
        this.root = root;
    }

    /// random(4), `/proc/sys/kernel/random/boot_id`.
    public BootId bootId() throws IOException {
        return new BootId(TextFile.read(root.resolve("proc/sys/kernel/random/boot_id")).strip());
    }

    /// Time since the boot, sleep included: proc_uptime(5). Independent of any clock being set.
    public Duration uptime() throws IOException {
        String text = TextFile.read(root.resolve("proc/uptime")).strip();
        String seconds = text.split(" ", 2)[0];
        if (!seconds.matches("[0-9]{1,12}(\\.[0-9]{1,9})?")) {
            throw new MalformedInput("/proc/uptime: not a number of seconds: '" + seconds + "'");
        }
        return Duration.ofMillis(new BigDecimal(seconds).multiply(MILLIS).longValue());
    }

    public KernelCommandLine commandLine() throws IOException {
        return KernelCommandLine.read(root);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.BootId;
import dev.evenkeel.core.Disk;
import dev.evenkeel.linux.KernelCommandLine;
import dev.evenkeel.linux.OverlayUse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;

/// The machine as the agent sees it: its partitions, what this boot is, and the markers by which
/// agent and system talk. A port: a folder or a simulated machine can stand in its place.
public interface Device {
    /// Opens a partition by its name: `env-0`, `state`, `slot-b`.
    Disk open(String partition, boolean writable) throws IOException;

    /// A buffer that the partitions' [Disk#readPastCache] takes.
    ByteBuffer alignedBuffer(int bytes);

    KernelCommandLine commandLine() throws IOException;

    BootId bootId() throws IOException;

    /// `/usr/lib/evenkeel/release.json` of the running slot.
    RunningRelease release() throws IOException;

    /// The `key=value` lines of `/run/evenkeel/<name>`: `boot`, `health`, `stopping`. Empty while
    /// there is no such file.
    Map<String, String> facts(String name);

    /// The first line of `/run/evenkeel/<name>`, such as `data-broken`; empty while there is none.
    String line(String name);

    OverlayUse overlay() throws IOException;

    boolean isClockSynced();

    /// Writes `/run/evenkeel-agent/<name>` in one step: `up`, `committed`, `status.json`.
    void leave(String name, String content) throws IOException;

    /// Reads and removes `/run/evenkeel-agent/<name>`: a request that somebody left.
    Optional<String> take(String name);

    /// Asks the system for a reboot; returns before it happens. True when the agent itself has to
    /// end now, because whoever runs the simulation carries the reboot out.
    boolean reboot(String reason) throws IOException;
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.BootId;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.Slot;
import dev.evenkeel.linux.KernelCommandLine;
import java.io.IOException;
import java.util.Optional;

/// What is fixed for as long as this boot lasts.
///
/// @param saysTrial whether the boot script started this boot as a trial
/// @param isFallback whether the boot script gave the other slot up for this boot
/// @param verityRoot of the slot that the kernel checks while it runs; empty in a simulation
/// @param release what the running slot says of itself
record Booted(
        BootId id,
        Slot slot,
        boolean saysTrial,
        boolean isFallback,
        Optional<Digest> verityRoot,
        RunningRelease release) {
    static Booted read(Device device) throws IOException {
        KernelCommandLine commandLine = device.commandLine();
        Slot slot =
                commandLine
                        .slot()
                        .orElseThrow(() ->
                                new MalformedInput(
                                        "kernel command line: no evenkeel.slot; this"
                                                + " machine was not booted by Evenkeel's"
                                                + " boot script"));
        return new Booted(
                device.bootId(),
                slot,
                commandLine.isTrial(),
                commandLine.isFallback(),
                commandLine.value("verity_root").map(Digest::new),
                device.release());
    }

    /// Whether the kernel proves that this release runs. Without a proof from the kernel, as in a
    /// simulation, the release's own word is taken.
    boolean runs(Release candidate) {
        return verityRoot.isPresent()
                ? verityRoot.equals(candidate.verityRoot())
                : candidate.version().equals(release.version());
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Manifest;
import java.nio.file.Path;
import java.util.List;

/// A release that was built.
///
/// @param folder the release folder
/// @param release digest of the manifest: the release's name everywhere
/// @param packBytes what a device without anything would have to fetch
public record BuildResult(
        Path folder,
        Manifest manifest,
        Digest release,
        long slotBytes,
        long bootBytes,
        long packBytes,
        SizeReport sizes,
        List<StageTime> stages) {
    public BuildResult {
        stages = List.copyOf(stages);
    }

    /// CPU time of all stages.
    public long cpuMillis() {
        return stages.stream().mapToLong(StageTime::cpuMillis).sum();
    }
}

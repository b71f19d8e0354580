// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import dev.evenkeel.image.blueprint.Blueprint;
import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.lock.Store;
import dev.evenkeel.image.process.Progress;
import dev.evenkeel.image.tool.Sandbox;
import dev.evenkeel.image.tool.ToolRoot;
import dev.evenkeel.image.tool.WorkFolder;
import java.nio.file.Path;
import java.time.Instant;

/// What every step of one build knows.
///
/// @param time that the release carries
record Build(
        Blueprint blueprint,
        Lock lock,
        Store store,
        WorkFolder work,
        ToolRoot tools,
        Instant time,
        Progress progress) {
    /// The tools with the work folder in sight.
    Sandbox sandbox() {
        return tools.sandbox(work.folder());
    }

    Path path(String name) {
        return work.path(name);
    }

    String epoch() {
        return Long.toString(time.getEpochSecond());
    }
}

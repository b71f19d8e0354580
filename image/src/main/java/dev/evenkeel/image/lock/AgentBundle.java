// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.lock;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What the caller gives of the agent: its jars and, where it was made, its AOT cache. They become
/// locked inputs.
public record AgentBundle(List<Path> jars, Optional<Path> aotCache) {
    /// An image without an agent, for tests of the builder and for images that only boot.
    public static final AgentBundle NONE = new AgentBundle(List.of(), Optional.empty());

    public AgentBundle {
        jars = List.copyOf(jars);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.image.blueprint.Blueprint;
import dev.evenkeel.image.lock.AgentBundle;
import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.lock.Locker;
import dev.evenkeel.image.lock.Store;
import dev.evenkeel.image.process.Progress;
import java.util.Optional;

/// Makes a lock that holds this distribution's agent.
final class Locking {
    private Locking() {}

    static Lock lock(Blueprint blueprint, Optional<Lock> previous, Store store, Progress progress) {
        return new Locker(store, new AgentBundle(AgentJars.find(), Optional.empty()), progress)
                .lock(blueprint, previous);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.trust.TrustException.EndlessDelegations;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// The search for a target (TUF 5.6.7): pre-order and depth first, each role once, a bounded number
/// of them, no further than a terminating delegation that covers the name.
///
/// @param <T> what stands for one role's targets
record DelegationWalk<T>(Function<T, Targets> content, Loader<T> loader, int mostRoles) {
    interface Loader<T> {
        Optional<T> load(T delegator, Delegation delegation) throws IOException;
    }

    private record Step<T>(T delegator, Delegation delegation) {}

    Optional<TargetFile> find(T top, String targetName) throws IOException {
        Set<String> visited = new HashSet<>();
        Deque<Step<T>> ahead = new ArrayDeque<>();
        Optional<T> here = Optional.of(top);
        while (true) {
            if (here.isPresent()) {
                Targets targets = content.apply(here.get());
                TargetFile file = targets.files().get(targetName);
                if (file != null) return Optional.of(file);
                branch(here.get(), targets, targetName, ahead);
            }
            Step<T> step = ahead.poll();
            if (step == null) return Optional.empty();
            here = visit(step, visited, targetName);
        }
    }

    /// TUF 5.6.7.1: a role that was visited is skipped, so that a circle ends.
    private Optional<T> visit(Step<T> step, Set<String> visited, String targetName)
            throws IOException {
        if (visited.contains(step.delegation().role())) return Optional.empty();
        if (visited.size() >= mostRoles) throw new EndlessDelegations(targetName, mostRoles);
        visited.add(step.delegation().role());
        return loader.load(step.delegator(), step.delegation());
    }

    // TUF 5.6.7.2
    private void branch(T delegator, Targets targets, String targetName, Deque<Step<T>> ahead) {
        List<Step<T>> steps = new ArrayList<>();
        for (Delegation delegation : targets.delegations()) {
            if (!delegation.covers(targetName)) continue;
            steps.add(new Step<>(delegator, delegation));
            if (delegation.terminating()) {
                // nobody after it, here or above, is asked any more
                ahead.clear();
                break;
            }
        }
        Collections.reverse(steps);
        steps.forEach(ahead::push);
    }
}

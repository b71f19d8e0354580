// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.Slot;
import java.util.Optional;

/// An operator's way back to the other slot, from a shell on the device. The release there goes on
/// trial like any other, so that a bad way back falls forward again.
final class Rollback {
    /// Left by the command, taken by the running agent, and its answer.
    static final String REQUEST = "rollback-request";

    static final String ANSWER = "rollback-answer";

    /// Whether it may be, in plain words.
    sealed interface Decision {
        /// It may.
        ///
        /// @param left the journal, with the release that is left behind settled for its rollout
        record Granted(Update update, Journal left) implements Decision {}

        /// It may not.
        record Denied(String why) implements Decision {}

        default String text() {
            return switch (this) {
                case Granted(Update update, _) ->
                        "granted: the device restarts into " + update + ", on trial\n";
                case Denied(String why) -> "denied: " + why + "\n";
            };
        }
    }

    private Rollback() {}

    static Decision decide(Journal journal, History history, Slot running, RunningRelease release) {
        if (!(journal.stage() instanceof UpdateStage.Resting)) {
            return new Decision.Denied(
                    "an update is under way ("
                            + journal.stage().name()
                            + "); halt its rollout first");
        }
        Slot other = running.other();
        Optional<Release> there = history.in(other);
        if (there.isEmpty()) {
            return new Decision.Denied("slot " + other + " holds no complete committed release");
        }
        int format = release.dataFormat().writes();
        if (!there.get().dataFormat().canRead(format)) {
            return new Decision.Denied(
                    "release "
                            + there.get().version()
                            + " in slot "
                            + other
                            + " reads data formats "
                            + there.get().dataFormat().reads()
                            + ", the data are in format "
                            + format);
        }
        var update = new Update(journal.updates() + 1, Optional.empty(), there.get(), other);
        Journal left =
                journal.stage()
                        .currentUpdate()
                        .filter(current -> current.slot() == running)
                        .map(journal::leaving)
                        .orElse(journal);
        return new Decision.Granted(update, left);
    }
}

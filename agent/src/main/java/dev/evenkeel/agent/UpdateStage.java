// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.message.BootReport;
import dev.evenkeel.core.message.Stage;
import java.util.Optional;

/// Where an update stands, with what the next step needs. Journaled before its effect.
sealed interface UpdateStage {
    /// The name by which messages and people know it.
    Stage name();

    /// No update is under way.
    sealed interface Resting extends UpdateStage {}

    /// An update is under way and the boot record does not know yet.
    sealed interface Preparing extends UpdateStage {
        Update update();

        /// The same stage of another update.
        Preparing with(Update other);
    }

    /// The boot record is being, or was, pointed at the new slot.
    sealed interface Leaving extends UpdateStage {
        Update update();
    }

    /// The new slot runs and is not committed.
    sealed interface OnTrial extends UpdateStage {
        Update update();
    }

    record Idle() implements Resting {
        @Override
        public Stage name() {
            return Stage.IDLE;
        }
    }

    /// Every check before the first byte passed.
    record Planned(Update update) implements Preparing {
        @Override
        public Preparing with(Update other) {
            return new Planned(other);
        }

        @Override
        public Stage name() {
            return Stage.PLANNED;
        }
    }

    /// Chunks go into the slot.
    ///
    /// @param round 1, and one more each time the read-back found a difference
    record Writing(Update update, int round) implements Preparing {
        @Override
        public Preparing with(Update other) {
            return new Writing(other, round);
        }

        @Override
        public Stage name() {
            return Stage.WRITING;
        }
    }

    record Verifying(Update update, int round) implements Preparing {
        @Override
        public Preparing with(Update other) {
            return new Verifying(other, round);
        }

        @Override
        public Stage name() {
            return Stage.VERIFYING;
        }
    }

    /// The intent to arm: the boot record may or may not be written.
    record Armed(Update update) implements Leaving {
        @Override
        public Stage name() {
            return Stage.ARMED;
        }
    }

    record Rebooting(Update update) implements Leaving {
        @Override
        public Stage name() {
            return Stage.REBOOTING;
        }
    }

    /// The new slot runs, its health checks have not given their verdict.
    ///
    /// @param earlier why an earlier attempt of this trial failed; empty in the first
    record Trial(Update update, String earlier) implements OnTrial {
        @Override
        public Stage name() {
            return Stage.TRIAL;
        }
    }

    /// Checks were green for long enough: the intent to commit.
    ///
    /// @param attempts boots that the trial used
    record Healthy(Update update, String earlier, int attempts) implements OnTrial {
        @Override
        public Stage name() {
            return Stage.TRIAL;
        }
    }

    /// Checks were red: why is written down before the reboot that would forget it.
    record Unhealthy(Update update, String reason) implements OnTrial {
        @Override
        public Stage name() {
            return Stage.TRIAL;
        }
    }

    /// The new release is what the device runs from now on.
    ///
    /// @param reported whether the boot report that settles the update was queued
    record Committed(Update update, int attempts, boolean reported) implements Resting {
        @Override
        public Stage name() {
            return Stage.COMMITTED;
        }
    }

    record RolledBack(Update update, int attempts, String reason, boolean reported)
            implements Resting {
        @Override
        public Stage name() {
            return Stage.ROLLED_BACK;
        }
    }

    record Failed(BootReport.Subject subject, String reason, boolean reported) implements Resting {
        @Override
        public Stage name() {
            return Stage.FAILED;
        }
    }

    /// The update that is under way or ended last.
    default Optional<Update> currentUpdate() {
        return switch (this) {
            case Idle _, Failed _ -> Optional.empty();
            case Preparing preparing -> Optional.of(preparing.update());
            case Leaving leaving -> Optional.of(leaving.update());
            case OnTrial trial -> Optional.of(trial.update());
            case Committed committed -> Optional.of(committed.update());
            case RolledBack rolledBack -> Optional.of(rolledBack.update());
        };
    }

    /// What a check-in says that it is about.
    default Optional<BootReport.Subject> about() {
        return this instanceof Failed failed
                ? Optional.of(failed.subject())
                : currentUpdate().flatMap(Update::subject);
    }

    /// Why it ended so or came back, in plain words; may be empty.
    default String reason() {
        return switch (this) {
            case Idle _, Preparing _, Leaving _, Committed _ -> "";
            case Trial trial -> trial.earlier();
            case Healthy healthy -> healthy.earlier();
            case Unhealthy unhealthy -> unhealthy.reason();
            case RolledBack rolledBack -> rolledBack.reason();
            case Failed failed -> failed.reason();
        };
    }

    /// An update ended and its boot report is not queued yet.
    default boolean owesReport() {
        return switch (this) {
            case Idle _, Preparing _, Leaving _, OnTrial _ -> false;
            case Committed committed -> !committed.reported();
            case RolledBack rolledBack -> !rolledBack.reported();
            case Failed failed -> !failed.reported();
        };
    }
}

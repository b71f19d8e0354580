// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.message.FetchBudget;
import dev.evenkeel.core.message.FetchTerms;
import dev.evenkeel.core.message.Stage;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class UpdateMachineTest {
    private static final Update UPDATE = Samples.update(4, "r-7", "1.1");
    private static final Update OTHER = Samples.update(5, "r-8", "1.2");

    private static Map<String, UpdateStage> stages() {
        var stages = new LinkedHashMap<String, UpdateStage>();
        stages.put("idle", new UpdateStage.Idle());
        stages.put("planned", new UpdateStage.Planned(UPDATE));
        stages.put("writing, round 1", new UpdateStage.Writing(UPDATE, 1));
        stages.put("writing, round 2", new UpdateStage.Writing(UPDATE, 2));
        stages.put("verifying, round 1", new UpdateStage.Verifying(UPDATE, 1));
        stages.put("verifying, round 2", new UpdateStage.Verifying(UPDATE, 2));
        stages.put("armed", new UpdateStage.Armed(UPDATE));
        stages.put("rebooting", new UpdateStage.Rebooting(UPDATE));
        stages.put("trial", new UpdateStage.Trial(UPDATE, ""));
        stages.put("trial, once red", new UpdateStage.Trial(UPDATE, "check failed"));
        stages.put("trial, healthy", new UpdateStage.Healthy(UPDATE, "", 1));
        stages.put("trial, unhealthy", new UpdateStage.Unhealthy(UPDATE, "check failed"));
        stages.put("committed", new UpdateStage.Committed(UPDATE, 1, false));
        stages.put("committed, reported", new UpdateStage.Committed(UPDATE, 1, true));
        stages.put("rolled back", new UpdateStage.RolledBack(UPDATE, 3, "check failed", false));
        stages.put("failed", new UpdateStage.Failed(Samples.subject(), "too large", false));
        return stages;
    }

    private static Map<String, UpdateEvent> events() {
        var events = new LinkedHashMap<String, UpdateEvent>();
        events.put("accepted (the same)", new UpdateEvent.Accepted(UPDATE));
        events.put("accepted (another)", new UpdateEvent.Accepted(OTHER));
        events.put("refused", new UpdateEvent.Refused(Samples.subject(), "too large"));
        events.put(
                "terms changed",
                new UpdateEvent.TermsChanged(
                        new FetchTerms(
                                List.of(new FetchBudget("group lte", 9, FetchBudget.Beyond.ASK)),
                                7)));
        events.put("withdrawn", new UpdateEvent.Withdrawn());
        events.put("resumed", new UpdateEvent.Resumed());
        events.put("booted on trial", new UpdateEvent.BootedOnTrial(UPDATE));
        events.put("booted unmarked", new UpdateEvent.BootedUnmarked(UPDATE));
        events.put("fell back", new UpdateEvent.FellBack(3, ""));
        events.put("plan made", new UpdateEvent.PlanMade());
        events.put("written", new UpdateEvent.Written());
        events.put("verified", new UpdateEvent.Verified());
        events.put("slot differs", new UpdateEvent.SlotDiffers("slot-b differs"));
        events.put("cannot install", new UpdateEvent.CannotInstall("disk is dead"));
        events.put("arm stored", new UpdateEvent.ArmStored());
        events.put("health passed", new UpdateEvent.HealthPassed(2));
        events.put("health failed", new UpdateEvent.HealthFailed("check 50 failed"));
        events.put("commit stored", new UpdateEvent.CommitStored());
        events.put("reported", new UpdateEvent.Reported());
        events.put("rollback asked", new UpdateEvent.RollbackAsked(OTHER));
        return events;
    }

    @Test
    void the_transition_table_is_as_reviewed() {
        var table = new StringBuilder();
        stages().forEach((stageName, stage) -> {
            table.append(stageName).append('\n');
            events().forEach((name, event) -> row(table, stage, name, event));
        });
        assertThat(table.toString()).isEqualTo(Expected.text("transitions.txt", table.toString()));
    }

    private static void row(
            StringBuilder table, UpdateStage stage, String eventName, UpdateEvent event) {
        UpdateMachine.Next next = UpdateMachine.next(stage, event);
        if (next.stage().equals(stage) && next.effects().isEmpty()) return;
        String to = next.stage().equals(stage) ? "(stays)" : describe(next.stage());
        String effects =
                next.effects().stream()
                        .map(effect -> effect.name().toLowerCase(java.util.Locale.ROOT))
                        .collect(Collectors.joining(", "));
        table.append(String.format("    %-20s -> %s%n", eventName, to));
        if (!effects.isEmpty()) table.append(String.format("    %-20s    do %s%n", "", effects));
    }

    private static String describe(UpdateStage stage) {
        String about = stage.about().map(subject -> " " + subject.release()).orElse("");
        String reason = stage.reason().isEmpty() ? "" : ": " + stage.reason();
        String kind = stage.getClass().getSimpleName();
        String reported =
                stage instanceof UpdateStage.Resting && !(stage instanceof UpdateStage.Idle)
                        ? stage.owesReport() ? " (owes report)" : " (reported)"
                        : "";
        return kind + about + reported + reason;
    }

    @Test
    void an_event_that_comes_twice_changes_nothing_the_second_time() {
        stages().forEach((stageName, stage) ->
                events().forEach((eventName, event) -> {
                    UpdateStage once = UpdateMachine.next(stage, event).stage();
                    UpdateStage twice = UpdateMachine.next(once, event).stage();
                    assertThat(twice.name())
                            .as("%s, twice %s", stageName, eventName)
                            .isIn(once.name(), onlyAfterAnotherBoot(event, once));
                }));
    }

    /// Some events cannot come twice in a row without another boot or another assignment between.
    private static Stage onlyAfterAnotherBoot(UpdateEvent event, UpdateStage once) {
        return event instanceof UpdateEvent.FellBack
                        || event instanceof UpdateEvent.CannotInstall
                        || event instanceof UpdateEvent.BootedOnTrial
                ? UpdateMachine.next(once, event).stage().name()
                : once.name();
    }

    @Test
    void only_a_passed_health_check_leads_to_a_commit() {
        List<UpdateStage> everything = List.copyOf(stages().values());
        for (UpdateStage stage : everything) {
            events().forEach((name, event) -> {
                UpdateMachine.Next next = UpdateMachine.next(stage, event);
                boolean commits = next.effects().contains(Effect.COMMIT_BOOT);
                if (commits && !(stage instanceof UpdateStage.Healthy)) {
                    assertThat(event).isInstanceOf(UpdateEvent.HealthPassed.class);
                }
            });
        }
    }

    @Test
    void the_boot_record_is_armed_only_after_the_read_back_or_by_an_operator_or_again() {
        for (UpdateStage stage : stages().values()) {
            events().forEach((name, event) -> {
                UpdateMachine.Next next = UpdateMachine.next(stage, event);
                boolean arms = next.effects().contains(Effect.ARM_SLOT);
                if (arms && !(stage instanceof UpdateStage.Armed)) {
                    assertThat(event)
                            .isInstanceOfAny(
                                    UpdateEvent.Verified.class,
                                    UpdateEvent.RollbackAsked.class,
                                    UpdateEvent.BootedUnmarked.class);
                }
            });
        }
    }

    @Test
    void every_stage_can_be_left_by_a_fallback_or_is_at_rest_already() {
        for (UpdateStage stage : stages().values()) {
            UpdateStage after = UpdateMachine.next(stage, new UpdateEvent.FellBack(3, "")).stage();
            assertThat(EnumSet.of(Stage.IDLE, Stage.ROLLED_BACK, Stage.FAILED))
                    .contains(after.name());
        }
    }
}

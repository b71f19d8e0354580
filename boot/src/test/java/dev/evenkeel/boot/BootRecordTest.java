// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.Slot;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BootRecordTest {
    private static final BootRecord ON_A = BootRecord.DEFAULT.commit(Slot.A, 3, true);

    @Test
    void an_armed_slot_boots_first_on_trial_with_its_attempts() {
        BootRecord armed = ON_A.arm(Slot.B, 3);
        assertThat(armed.first()).isEqualTo(Slot.B);
        assertThat(armed.trial()).contains(Slot.B);
        assertThat(armed.left(Slot.B)).isEqualTo(3);
    }

    @Test
    void arming_keeps_the_running_slot_as_the_way_back() {
        BootRecord armed = ON_A.commit(Slot.A, 3, false).arm(Slot.B, 3);
        assertThat(armed.otherAllowed()).isTrue();
    }

    @Test
    void a_commit_ends_the_trial_and_refills_the_attempts() {
        BootRecord committed = boot(ON_A.arm(Slot.B, 3)).commit(Slot.B, 3, false);
        assertThat(committed.trial()).isEmpty();
        assertThat(committed.left(Slot.B)).isEqualTo(3);
        assertThat(committed.otherAllowed()).isFalse();
    }

    @Test
    void an_orderly_reboot_gives_its_attempt_back_three_times_and_no_more() {
        BootRecord trial = ON_A.arm(Slot.B, 3);
        for (int reboot = 1; reboot <= 3; reboot++) {
            trial = boot(trial).giveBack();
            assertThat(trial.left(Slot.B)).as("after reboot " + reboot).isEqualTo(3);
        }
        trial = boot(trial).giveBack();
        assertThat(trial.left(Slot.B)).isEqualTo(2);
    }

    @Test
    void nothing_is_given_back_outside_a_trial() {
        BootRecord committed = boot(ON_A);
        assertThat(committed.giveBack()).isEqualTo(committed);
    }

    @Test
    void a_new_trial_has_its_own_three_orderly_reboots() {
        BootRecord used = ON_A.arm(Slot.B, 3);
        for (int i = 0; i < 3; i++) used = boot(used).giveBack();
        assertThat(used.commit(Slot.B, 3, true).arm(Slot.A, 3).orderly()).isZero();
    }

    @Test
    void three_boots_without_a_commit_fall_back() {
        BootRecord trial = ON_A.arm(Slot.B, 3);
        for (int i = 0; i < 3; i++) {
            BootDecision decision = BootDecision.decide(trial);
            assertThat(decision.slot()).isEqualTo(Slot.B);
            assertThat(decision.trial()).isTrue();
            trial = decision.record();
        }
        BootDecision fallback = BootDecision.decide(trial);
        assertThat(fallback.slot()).isEqualTo(Slot.A);
        assertThat(fallback.fallback()).isTrue();
        assertThat(fallback.trial()).isFalse();
    }

    @Test
    void three_power_dips_after_a_failed_trial_lead_to_a_trial_again() {
        BootRecord record = ON_A.arm(Slot.B, 3);
        var booted = new StringBuilder();
        for (int i = 0; i < 9; i++) {
            BootDecision decision = BootDecision.decide(record);
            booted.append(decision.slot()).append(decision.trial() ? "!" : "");
            record = decision.record();
        }
        assertThat(booted).hasToString("b!b!b!aaab!b!b!");
        assertThat(record.commit(Slot.A, 3, false).trial()).isEmpty();
    }

    @Test
    void two_bad_slots_take_turns_for_ever() {
        BootRecord record = ON_A;
        var booted = new StringBuilder();
        for (int i = 0; i < 12; i++) {
            BootDecision decision = BootDecision.decide(record);
            booted.append(decision.slot());
            record = decision.record();
        }
        assertThat(booted).hasToString("aaabbbaaabbb");
    }

    @Test
    void a_slot_that_cannot_read_the_data_is_never_fallen_back_to() {
        BootRecord record = ON_A.commit(Slot.B, 1, false);
        for (int i = 0; i < 5; i++) {
            BootDecision decision = BootDecision.decide(record);
            assertThat(decision.slot()).isEqualTo(Slot.B);
            record = decision.record();
        }
    }

    @Test
    void a_new_disk_does_not_fall_back_to_its_empty_slot() {
        assertThat(BootRecord.FACTORY.first()).isEqualTo(Slot.A);
        assertThat(BootRecord.FACTORY.otherAllowed()).isFalse();
    }

    @Test
    void keeps_what_a_newer_version_wrote() {
        var newer =
                new UbootEnvironment(
                        Map.of(
                                "version",
                                "2",
                                "seq",
                                "1",
                                "first",
                                "b",
                                "b_left",
                                "3",
                                "ext",
                                "color=blue;depth=3",
                                "mood",
                                "fine"));
        BootRecord changed = BootRecord.read(newer).commit(Slot.B, 3, true);
        assertThat(changed.toEnvironment().variables())
                .containsEntry("version", "2")
                .containsEntry("ext", "color=blue;depth=3")
                .containsEntry("mood", "fine");
    }

    @Test
    void odd_values_count_as_the_cautious_choice() {
        var odd =
                new UbootEnvironment(
                        Map.of(
                                "seq", "0", "first", "c", "a_left", "12", "b_left", "-1", "trial",
                                "yes", "orderly", "many"));
        BootRecord record = BootRecord.read(odd);
        assertThat(record.first()).isEqualTo(Slot.A);
        assertThat(record.leftA()).isZero();
        assertThat(record.leftB()).isZero();
        assertThat(record.trial()).isEqualTo(Optional.empty());
        assertThat(record.orderly()).isEqualTo(BootRecord.MOST_GIVEN_BACK);
    }

    @Test
    void a_copy_without_a_sane_sequence_is_refused() {
        var insane = new UbootEnvironment(Map.of("seq", "3", "first", "a"));
        assertThatThrownBy(() -> BootRecord.read(insane)).isInstanceOf(MalformedInput.class);
    }

    @Test
    void the_longest_record_of_ours_fits_into_one_sector() {
        byte[] area = ON_A.arm(Slot.B, 3).withExt("x".repeat(BootRecord.MOST_EXT_CHARS)).toBytes();
        for (int i = 512; i < area.length; i++) assertThat(area[i]).isZero();
        String tooLong = "x".repeat(BootRecord.MOST_EXT_CHARS + 1);
        assertThatThrownBy(() -> ON_A.withExt(tooLong))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void comes_back_from_its_bytes() {
        BootRecord record = ON_A.arm(Slot.B, 2).withExt("a=b c");
        assertThat(BootRecord.read(record.toBytes())).isEqualTo(record);
    }

    private static BootRecord boot(BootRecord record) {
        return BootDecision.decide(record).record();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AttemptsTest {
    private static final String STRANGER = "198.51.100.7";
    private static final String OPERATOR = "192.0.2.1";

    private long nanos = 1_000;
    private final Attempts attempts =
            new Attempts(
                    new Attempts.Limits(3, Duration.ofSeconds(30), 20, Duration.ofSeconds(1), 100),
                    () -> nanos);

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    private boolean isRight(String address) {
        return attempts.admits(address, () -> true);
    }

    private void guess(String address) {
        assertThat(attempts.admits(address, () -> false)).isFalse();
    }

    private void refused(String address) {
        assertThatThrownBy(() ->
                        attempts.admits(
                                address,
                                () -> {
                                    throw new AssertionError("it was looked at");
                                }))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("too many wrong secrets");
    }

    @Test
    void an_address_that_was_wrong_too_often_waits_and_then_has_one_guess_at_a_time() {
        for (int i = 0; i < 3; i++) guess(STRANGER);
        refused(STRANGER);
        pass(Duration.ofSeconds(29));
        refused(STRANGER);
        pass(Duration.ofSeconds(1));
        guess(STRANGER);
        refused(STRANGER);
        pass(Duration.ofSeconds(90));
        for (int i = 0; i < 3; i++) guess(STRANGER);
        refused(STRANGER);
    }

    @Test
    void what_is_refused_unheard_does_not_lengthen_the_wait() {
        for (int i = 0; i < 3; i++) guess(STRANGER);
        for (int i = 0; i < 1_000; i++) refused(STRANGER);
        pass(Duration.ofSeconds(30));
        assertThat(isRight(STRANGER)).isTrue();
    }

    @Test
    void a_stranger_does_not_lock_out_an_operator_elsewhere() {
        for (int i = 0; i < 3; i++) guess(STRANGER);
        for (int i = 0; i < 1_000; i++) refused(STRANGER);
        assertThat(isRight(OPERATOR)).isTrue();
    }

    @Test
    void many_strangers_wait_together_and_still_do_not_lock_out_a_known_operator() {
        assertThat(isRight(OPERATOR)).isTrue();
        for (int i = 0; i < 20; i++) guess("203.0.113." + i);
        refused("203.0.113.200");
        assertThat(isRight(OPERATOR)).isTrue();
        pass(Duration.ofSeconds(1));
        guess("203.0.113.200");
        refused("203.0.113.201");
    }

    @Test
    void a_known_address_is_no_free_ride_for_guesses() {
        assertThat(isRight(OPERATOR)).isTrue();
        for (int i = 0; i < 3; i++) guess(OPERATOR);
        refused(OPERATOR);
    }

    @Test
    void a_network_of_ipv6_counts_as_one_address() {
        guess("2001:db8:0:1::1");
        guess("2001:db8:0:1::2");
        guess("2001:db8:0:1:ffff::3");
        refused("2001:db8:0:1::4");
        guess("2001:db8:0:2::1");
    }

    @Test
    void what_is_remembered_is_bounded() {
        for (int i = 0; i < 100_000; i++) {
            pass(Duration.ofSeconds(1));
            guess("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255));
        }
        assertThat(attempts.remembered()).isEqualTo(100);
    }

    @Test
    void where_right_secrets_are_always_heard_wrong_ones_are_told_to_wait() {
        for (int i = 0; i < 3; i++) attempts.failed(STRANGER);
        assertThatThrownBy(() -> attempts.failed(STRANGER)).isInstanceOf(Problem.class);
    }
}

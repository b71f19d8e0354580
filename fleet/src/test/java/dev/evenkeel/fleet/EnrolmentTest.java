// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.KeyCode;
import dev.evenkeel.core.MalformedInput;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EnrolmentTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private final FleetFixture home = new FleetFixture(new MemoryFleetRepository());

    private DeviceId comesIn(Applicant applicant, Leave leave) {
        return home.admit(applicant, leave).device().id();
    }

    private void isRefused(Applicant applicant, Leave leave) {
        assertThatThrownBy(() -> home.admit(applicant, leave))
                .isInstanceOf(FleetException.EnrolmentRefused.class)
                .hasMessageContaining("create a new one");
    }

    private KeyCode waits(Applicant applicant) {
        return switch (home.fleet
                .enrolment()
                .admit(applicant, new Leave.Key(), home::certificate)) {
            case Admittance.NotYet(KeyCode code, _) -> code;
            case Admittance.Admitted admitted -> throw new AssertionError(admitted);
        };
    }

    /// One write for both: a full disk between them left a used token and a device of nobody's.
    @Test
    void a_certificate_that_cannot_be_made_uses_no_token_and_makes_no_device() {
        Applicant applicant = home.applicant();
        var token = new Leave.Token(home.token());
        int before = home.fleet.devices().list().size();

        assertThatThrownBy(() ->
                        home.fleet
                                .enrolment()
                                .admit(
                                        applicant,
                                        token,
                                        _ -> {
                                            throw new IllegalStateException(
                                                    "the token is unplugged");
                                        }))
                .hasMessageContaining("unplugged");

        assertThat(home.fleet.devices().list()).hasSize(before);
        comesIn(applicant, token);
    }

    @Test
    void a_token_lets_one_key_in_and_a_second_key_is_refused() {
        var token = new Leave.Token(home.token());
        comesIn(home.applicant(), token);
        isRefused(home.applicant(), token);
    }

    @Test
    void a_device_that_lost_the_answer_comes_again_as_itself() {
        Applicant applicant = home.applicant();
        var token = new Leave.Token(home.token());
        DeviceId first = comesIn(applicant, token);
        assertThat(comesIn(applicant, token)).isEqualTo(first);
        assertThat(home.fleet.devices().list()).hasSize(1);
    }

    @Test
    void a_known_key_is_known_after_a_restart_and_when_its_token_is_long_over() {
        Applicant applicant = home.applicant();
        DeviceId first = comesIn(applicant, new Leave.Token(home.token()));
        home.pass(Duration.ofDays(1200));
        home.fleet.forgetOld();
        home.restart();
        assertThat(comesIn(applicant, new Leave.Key())).isEqualTo(first);
    }

    @Test
    void an_expired_or_unknown_token_lets_nobody_in() {
        var token = new Leave.Token(home.token());
        home.pass(HOUR);
        isRefused(home.applicant(), token);
        isRefused(home.applicant(), new Leave.Token("enrol.home.made-up"));
        isRefused(home.applicant(), new Leave.Token(""));
    }

    @Test
    void the_key_of_a_revoked_device_is_refused_whatever_leave_it_brings() {
        Applicant applicant = home.applicant();
        DeviceId device = comesIn(applicant, new Leave.Token(home.token()));
        home.fleet.devices().revoke(device, "stolen");
        home.restart();
        for (Leave leave :
                new Leave[] {
                    new Leave.Key(),
                    new Leave.Token(home.token()),
                    new Leave.Factory(Digest.of("a factory certificate".getBytes(UTF_8)))
                }) {
            assertThatThrownBy(() -> home.admit(applicant, leave))
                    .isInstanceOf(FleetException.Revoked.class);
        }
    }

    @Test
    void a_cloned_factory_certificate_brings_no_second_key_in() {
        var factory = new Leave.Factory(Digest.of("a factory certificate".getBytes(UTF_8)));
        Applicant first = home.applicant();
        DeviceId device = comesIn(first, factory);
        assertThat(comesIn(first, factory)).as("itself again").isEqualTo(device);
        Applicant wiped = home.applicant();
        assertThatThrownBy(() -> home.admit(wiped, factory))
                .isInstanceOf(FleetException.Contradiction.class)
                .hasMessageContaining("revoke");
        home.fleet.devices().revoke(device, "its state partition was wiped");
        assertThat(comesIn(wiped, factory)).isNotEqualTo(device);
    }

    @Test
    void an_expected_key_comes_in_by_itself_once_and_another_key_does_not() {
        Applicant expected = home.applicant();
        home.fleet.enrolment().expect(expected.fingerprint(), HOUR, "from the factory's list");
        home.restart();
        waits(home.applicant());
        comesIn(expected, new Leave.Key());
        assertThat(home.fleet.enrolment().expectedKeys().getFirst().usedBy()).isPresent();
    }

    @Test
    void an_expected_key_that_comes_too_late_waits_for_a_person() {
        Applicant late = home.applicant();
        home.fleet.enrolment().expect(late.fingerprint(), HOUR, "");
        home.pass(HOUR);
        waits(late);
    }

    @Test
    void a_stranger_waits_until_somebody_approves_the_code_that_it_shows() {
        Applicant stranger = home.applicant();
        KeyCode code = waits(stranger);
        assertThat(code).isEqualTo(KeyCode.of(stranger.fingerprint()));
        assertThat(waits(stranger)).as("it asks again").isEqualTo(code);
        assertThat(home.fleet.enrolment().waiting())
                .extracting(Waiting::code)
                .containsExactly(code);
        home.fleet.enrolment().approve(code, "seen on its display");
        assertThat(home.fleet.enrolment().waiting()).isEmpty();
        home.restart();
        DeviceId device = comesIn(stranger, new Leave.Key());
        assertThat(home.fleet.devices().find(device).orElseThrow().admission().way())
                .isEqualTo(Way.APPROVAL);
    }

    @Test
    void an_approval_of_a_code_that_nobody_shows_is_refused() {
        waits(home.applicant());
        assertThatThrownBy(() -> home.fleet.enrolment().approve(new KeyCode("00000-00000"), ""))
                .isInstanceOf(FleetException.Unknown.class)
                .hasMessageContaining("evenkeel-agent status");
    }

    @Test
    void strangers_of_one_address_cannot_fill_the_waiting_room() {
        for (int i = 0; i < WaitingRoom.MOST_OF_AN_ADDRESS; i++) waits(home.applicant());
        assertThatThrownBy(() -> waits(home.applicant()))
                .isInstanceOf(FleetException.WaitingRoomFull.class);
        Applicant elsewhere = home.applicant();
        waits(new Applicant(elsewhere.publicKey(), elsewhere.hardware(), "192.0.2.8"));
        home.pass(Duration.ofMinutes(11));
        assertThat(home.fleet.enrolment().waiting()).as("who is gone does not wait").isEmpty();
        waits(home.applicant());
    }

    @Test
    void a_stranger_that_does_not_say_what_it_is_or_wants_into_another_fleet_is_refused() {
        Applicant applicant = home.applicant();
        var silent = new Applicant(applicant.publicKey(), Optional.empty(), "192.0.2.7");
        assertThatThrownBy(() -> home.admit(silent, new Leave.Token(home.token())))
                .isInstanceOf(MalformedInput.class)
                .hasMessageContaining("urn:evenkeel:home:hardware:");
    }
}

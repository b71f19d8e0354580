// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import static dev.evenkeel.trust.RepositorySimulator.FAR;
import static dev.evenkeel.trust.RepositorySimulator.NOW;
import static dev.evenkeel.trust.RepositorySimulator.TARGET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.Dsse;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.trust.TrustException.ForeignFleet;
import dev.evenkeel.trust.TrustException.MalformedMetadata;
import dev.evenkeel.trust.TrustException.ReplayedTime;
import dev.evenkeel.trust.TrustException.TooFewSignatures;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Time on a device without a clock, and the device that was off for years.
class SignedTimeTest {
    private static final FleetId FLEET = new FleetId("harbour");

    private final RepositorySimulator repository = new RepositorySimulator();
    private final MemoryStore device = repository.newDevice();
    private final String nonce = SignedTime.nonce(new Random(7));

    private SignedTime ask(Instant time, String signer) throws Exception {
        byte[] answer = SignedTime.answer(FLEET, nonce, time, TestKeys.named(signer));
        return SignedTime.ask(
                        device,
                        (name, _) -> {
                            assertThat(name).isEqualTo("time/" + nonce);
                            return Optional.of(answer);
                        },
                        nonce)
                .orElseThrow();
    }

    @Test
    void the_timestamp_roles_word_counts_and_nobody_elses() throws Exception {
        SignedTime told = ask(NOW, "timestamp");
        assertThat(told.time()).isEqualTo(NOW);
        assertThat(told.worth(device)).contains(NOW);
        for (String other : new String[] {"snapshot", "root", "stranger"}) {
            assertThatThrownBy(() -> ask(NOW, other)).isInstanceOf(TooFewSignatures.class);
        }
    }

    @Test
    void replay_of_an_old_time_is_refused() {
        byte[] old = SignedTime.answer(FLEET, "00".repeat(16), NOW, TestKeys.named("timestamp"));
        assertThatThrownBy(() -> SignedTime.ask(device, (_, _) -> Optional.of(old), nonce))
                .isInstanceOf(ReplayedTime.class)
                .hasMessageContaining("replay of an old time");
    }

    @Test
    void another_fleets_time_and_other_signed_things_are_refused() {
        byte[] foreign =
                SignedTime.answer(new FleetId("pirates"), nonce, NOW, TestKeys.named("timestamp"));
        assertThatThrownBy(() -> SignedTime.ask(device, (_, _) -> Optional.of(foreign), nonce))
                .isInstanceOf(ForeignFleet.class);
        byte[] other = Dsse.sign("text/plain", new byte[0], TestKeys.named("timestamp")).toBytes();
        assertThatThrownBy(() -> SignedTime.ask(device, (_, _) -> Optional.of(other), nonce))
                .isInstanceOf(MalformedMetadata.class);
        assertThatThrownBy(() -> SignedTime.answer(FLEET, "00", NOW, TestKeys.named("timestamp")))
                .isInstanceOf(MalformedInput.class);
    }

    @Test
    void a_carrier_without_a_time_is_no_fault() throws Exception {
        assertThat(SignedTime.ask(device, (_, _) -> Optional.empty(), nonce)).isEmpty();
    }

    @Test
    void a_time_that_a_wrong_server_clock_signed_is_cured_by_a_new_online_key() throws Exception {
        SignedTime wrong = ask(NOW.plus(Duration.ofDays(3650)), "timestamp");
        Instant believed = wrong.worth(device).orElseThrow();
        assertThatThrownBy(() -> repository.client(device).refresh(believed))
                .isInstanceOf(TrustException.ExpiredMetadata.class);

        repository.allow("timestamp", 1, "new timestamp");
        repository.publishRoot();
        repository.publish();
        // the walk needs no clock, so that the cure arrives whatever the device believes
        assertThatThrownBy(() -> repository.client(device).refresh(believed))
                .isInstanceOf(TrustException.class);
        assertThat(wrong.worth(device)).isEmpty();
        assertThat(repository.client(device).refresh(NOW).find(TARGET)).isPresent();
        assertThatThrownBy(() -> ask(NOW, "timestamp")).isInstanceOf(TooFewSignatures.class);
        assertThat(ask(NOW, "new timestamp").worth(device)).contains(NOW);
    }

    @Test
    void a_time_never_makes_the_root_itself_look_expired() throws Exception {
        SignedTime late = ask(FAR.plus(Duration.ofDays(9)), "timestamp");
        assertThat(late.worth(device)).contains(FAR.minusSeconds(1));
        assertThat(new SignedTime(NOW, Set.of()).worth(device)).isEmpty();
    }

    @Test
    void a_device_off_for_three_years_with_two_rotations_of_all_keys_updates_without_help()
            throws Exception {
        repository.client(device).refresh(NOW).find(TARGET);
        Instant later = NOW.plus(Duration.ofDays(3 * 365));
        for (int year = 1; year <= 2; year++) {
            for (String role : Roles.TOP) {
                repository.allow(role, 1, role + " of year " + year);
            }
            repository.rootExpires = NOW.plus(Duration.ofDays(365L * (year + 1)));
            repository.publishRoot();
        }
        repository.rootExpires = later.plus(Duration.ofDays(900));
        repository.publishRoot();
        repository.timestampExpires = later.plus(Duration.ofDays(7));
        repository.snapshotExpires = later.plus(Duration.ofDays(30));
        repository.targetsExpires = later.plus(Duration.ofDays(300));
        repository.channelExpires = later.plus(Duration.ofDays(300));
        repository.publish();

        // its clock starts where it ended, and it does not know the key that signs the time now
        assertThatThrownBy(() -> ask(later, "timestamp of year 2"))
                .isInstanceOf(TooFewSignatures.class);
        assertThat(repository.client(device).refresh(NOW).find(TARGET)).isPresent();
        assertThat(RootTrust.held(device.held("root")).version()).isEqualTo(4);
        assertThat(ask(later, "timestamp of year 2").worth(device)).contains(later);
        assertThat(repository.client(device).refresh(later).find(TARGET)).isPresent();

        // and another one, whose clock is right, updates at once
        MemoryStore other = repository.newDevice();
        assertThat(repository.client(other).refresh(later).find(TARGET)).isPresent();
    }
}

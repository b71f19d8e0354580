// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Downgrade;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.json.JsonObject;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Rollback of software: signed once, and no longer welcome.
class VersionRuleTest {
    private static final FleetId FLEET = new FleetId("harbour");
    private static final DeviceId DEVICE = new DeviceId("dev-0123456789abcdefghjkmnpqrs");
    private static final DeviceId OTHER = new DeviceId("dev-0123456789abcdefghjkmnpqrt");
    private static final Instant NOW = Instant.parse("2026-11-20T21:22:27Z");
    private static final Digest MANIFEST = Digest.of(new byte[] {1});

    private static VersionRule rule(Optional<String> floor, Optional<Downgrade> leave) {
        return new VersionRule(
                new Version("1.2"), floor.map(Version::new), leave, Optional.of(DEVICE), NOW);
    }

    private static Downgrade leave(DeviceId device, String release, Instant expires) {
        return new Downgrade(FLEET, device, new Version(release), MANIFEST, expires);
    }

    private static Optional<String> refusal(VersionRule rule, String version) {
        return rule.refusal(FLEET, new Version(version), MANIFEST);
    }

    @Test
    void rollback_to_an_older_release_is_refused() {
        assertThat(refusal(rule(Optional.empty(), Optional.empty()), "1.1"))
                .hasValueSatisfying(why -> assertThat(why).contains("older than 1.2"));
        assertThat(refusal(rule(Optional.empty(), Optional.empty()), "1.2")).isEmpty();
    }

    @Test
    void a_release_below_the_channels_floor_is_refused_though_it_is_newer_than_what_runs() {
        assertThat(refusal(rule(Optional.of("1.4"), Optional.empty()), "1.3"))
                .hasValueSatisfying(why -> assertThat(why).contains("below 1.4"));
        assertThat(refusal(rule(Optional.of("1.4"), Optional.empty()), "1.4")).isEmpty();
    }

    @Test
    void a_leave_allows_one_release_on_one_device_for_a_time() {
        Instant soon = NOW.plusSeconds(60);
        var good = rule(Optional.of("1.4"), Optional.of(leave(DEVICE, "1.1", soon)));
        assertThat(refusal(good, "1.1")).isEmpty();
        assertThat(refusal(good, "1.0")).isPresent();
        assertThat(good.refusal(FLEET, new Version("1.1"), Digest.of(new byte[0]))).isPresent();
        assertThat(good.refusal(new FleetId("pirates"), new Version("1.1"), MANIFEST)).isPresent();
    }

    @Test
    void replay_of_another_devices_leave_and_of_an_expired_one_are_refused() {
        var others = leave(OTHER, "1.1", NOW.plusSeconds(60));
        assertThat(refusal(rule(Optional.empty(), Optional.of(others)), "1.1"))
                .hasValueSatisfying(why -> assertThat(why).contains("for device " + OTHER));
        var expired = leave(DEVICE, "1.1", NOW);
        assertThat(refusal(rule(Optional.empty(), Optional.of(expired)), "1.1"))
                .hasValueSatisfying(why -> assertThat(why).contains("expired"));
    }

    @Test
    void the_devices_floor_only_rises() {
        ClockRecord record = ClockRecord.EMPTY.withVersions(new Version("1.4"));
        assertThat(record.withVersions(new Version("1.3"))).isEqualTo(record);
        assertThat(record.withVersions(new Version("1.5")).versions()).contains(new Version("1.5"));
        assertThat(ClockRecord.read(record.toJson())).isEqualTo(record);
    }

    @Test
    void a_record_of_an_agent_before_signed_time_is_read_and_lends_no_trust() {
        JsonObject old =
                JsonObject.of("type", "clock")
                        .with("format", 1)
                        .with("floor", "2099-01-01T00:00:00Z")
                        .with("counters", 7);
        ClockRecord record = ClockRecord.read(old);
        assertThat(record.signed()).isEmpty();
        assertThat(record.toJson()).isEqualTo(old);
    }
}

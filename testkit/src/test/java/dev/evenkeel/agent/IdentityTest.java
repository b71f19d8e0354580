// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.boot.StatePartition;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.testkit.Field;
import dev.evenkeel.testkit.Repository;
import dev.evenkeel.testkit.SimulatedAuthority;
import dev.evenkeel.testkit.SimulatedServer;
import dev.evenkeel.trust.DeviceCertificate;
import dev.evenkeel.trust.PrivateKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityTest {
    @TempDir Path folder;
    private Field field;

    @BeforeEach
    void a_device() throws IOException {
        field = new Field(folder);
    }

    private Memory memory() throws IOException {
        return new Memory(new StatePartition(field.device.disk("state")), new Log(System.err));
    }

    private Identity identity() throws IOException {
        return memory().identity().orElseThrow();
    }

    private StatusFile.Live live() {
        return StatusFile.Live.read(
                field.device
                        .left
                        .get(StatusFile.NAME)
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @Test
    void a_device_whose_power_was_cut_before_it_kept_its_certificate_is_the_same_device()
            throws IOException {
        field.bootAndWork();
        PrivateKey key = identity().key();
        memory().store(new Identity(key, Optional.empty(), JsonObject.EMPTY));
        field.bootAndWork();
        assertThat(field.server.enrolments).isEqualTo(2);
        assertThat(identity().key().publicKey()).isEqualTo(key.publicKey());
        assertThat(identity().device()).contains(SimulatedServer.DEVICE);
        assertThat(live().serverFault()).isEmpty();
    }

    @Test
    void a_certificate_is_renewed_when_two_thirds_of_its_life_are_over_and_not_before()
            throws IOException {
        field.bootAndWork();
        DeviceCertificate first = identity().certificate().orElseThrow();
        field.server.now = Repository.NOW.plus(Duration.ofDays(20)).minusSeconds(1);
        field.bootAndWork();
        assertThat(field.server.renewals).isZero();
        field.server.now = Repository.NOW.plus(Duration.ofDays(20)).plusSeconds(1);
        field.bootAndWork();
        assertThat(field.server.renewals).isEqualTo(1);
        DeviceCertificate next = identity().certificate().orElseThrow();
        assertThat(next.until()).isEqualTo(first.until().plus(Duration.ofDays(20)).plusSeconds(1));
        assertThat(field.server.enrolments).as("it never enrolled again").isEqualTo(1);
    }

    @Test
    void a_renewal_that_fails_stops_no_check_in_and_is_tried_again() throws IOException {
        field.bootAndWork();
        field.server.now = Repository.NOW.plus(Duration.ofDays(25));
        field.server.renewalFault = Optional.of(new IOException("the authority is out of order"));
        int before = field.server.checkIns.size();
        field.bootAndWork();
        assertThat(field.server.checkIns.size()).isGreaterThan(before + 1);
        assertThat(field.logText()).contains("could not be renewed: the authority is out of order");
        field.server.renewalFault = Optional.empty();
        field.bootAndWork();
        assertThat(field.server.renewals).isEqualTo(1);
    }

    @Test
    void a_device_that_was_in_a_drawer_until_its_certificate_expired_gets_another_one()
            throws IOException {
        field.bootAndWork();
        field.server.now = Repository.NOW.plus(Duration.ofDays(3 * 365));
        field.bootAndWork();
        assertThat(field.server.enrolments).isEqualTo(2);
        assertThat(field.server.checkIns.getLast().device()).isEqualTo(SimulatedServer.DEVICE);
        assertThat(live().serverFault()).isEmpty();
    }

    @Test
    void a_device_that_waits_for_a_person_shows_its_code_and_comes_in_when_it_is_let_in()
            throws IOException {
        field.server.isWaiting = true;
        field.bootAndWork();
        String code = identity().code().text();
        assertThat(live().serverFault()).contains(code);
        assertThat(field.server.checkIns).isEmpty();
        field.server.isWaiting = false;
        field.bootAndWork();
        assertThat(field.server.checkIns).isNotEmpty();
    }

    @Test
    void a_certificate_of_another_key_is_not_taken() throws IOException {
        field.server.mistake =
                Optional.of(
                        new SimulatedAuthority()
                                .certify(
                                        PrivateKey.generate().publicKey(),
                                        SimulatedServer.NAME,
                                        Repository.NOW,
                                        Repository.NOW.plusSeconds(60)));
        field.bootAndWork();
        assertThat(identity().certificate()).isEmpty();
        assertThat(live().serverFault()).contains("another key or fleet");
    }

    @Test
    void an_identity_of_the_version_with_credentials_keeps_its_key() throws IOException {
        field.bootAndWork();
        PrivateKey key = identity().key();
        JsonObject old =
                new Identity(key, Optional.empty(), JsonObject.EMPTY)
                        .toJson()
                        .with("device", SimulatedServer.DEVICE.text())
                        .with("credential", "secret");
        Identity read = Identity.read(old);
        assertThat(read.key().publicKey()).isEqualTo(key.publicKey());
        assertThat(read.toJson().has("credential")).isFalse();
    }

    @Test
    void the_doctor_tells_what_is_trusted_and_what_ends_next() throws IOException {
        field.bootAndWork();
        Doctor doctor = examined();
        // nobody gave the simulated device the certificate of its simulated server
        assertThat(doctor.findings())
                .filteredOn(finding -> finding.level() == Finding.Level.FAULT)
                .extracting(Finding::subject)
                .containsExactly("server authority");
        assertThat(doctor.toText())
                .contains(identity().fingerprint().hex())
                .contains(SimulatedServer.DEVICE.text())
                .contains("root of trust      version 1; good until")
                .contains("Next: certificate ends at");
        assertThat(doctor.next().orElseThrow().subject()).isEqualTo("certificate");
    }

    @Test
    void the_doctor_warns_of_a_certificate_that_was_not_renewed_in_time() throws IOException {
        field.bootAndWork();
        field.server.renewalFault = Optional.of(new IOException("out of order"));
        field.server.now = Repository.NOW.plus(Duration.ofDays(25));
        field.bootAndWork();
        assertThat(examined().findings())
                .filteredOn(finding -> finding.subject().equals("certificate"))
                .extracting(Finding::level)
                .containsExactly(Finding.Level.WARNING);
    }

    private Doctor examined() throws IOException {
        return Doctor.examine(
                field.device,
                new StatePartition(field.device.disk("state")),
                new Log(System.err),
                field.clock);
    }
}

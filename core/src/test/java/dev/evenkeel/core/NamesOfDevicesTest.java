// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.message.Protocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesOfDevicesTest {
    private static final String DEVICE = "dev-0123456789abcdefghjkmnpqrs";

    @Test
    void the_names_in_certificates_are_read_as_they_were_written() {
        var device = new DeviceUrn(new FleetId("home"), new DeviceId(DEVICE));
        assertThat(device).hasToString("urn:evenkeel:home:device:" + DEVICE);
        assertThat(DeviceUrn.parse(device.toString())).isEqualTo(device);
        var hardware = new HardwareUrn(new FleetId("home"), new DeviceType("qemu-x86"), 3);
        assertThat(hardware).hasToString("urn:evenkeel:home:hardware:qemu-x86:3");
        assertThat(HardwareUrn.parse(hardware.toString())).isEqualTo(hardware);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "urn:evenkeel:home:device:",
                "urn:evenkeel::device:" + DEVICE,
                "urn:evenkeel:home:device:" + DEVICE + "0",
                "URN:evenkeel:home:device:" + DEVICE,
                "urn:evenkeel:home:device:" + DEVICE + "\n",
                "urn:evenkeel:-:device:" + DEVICE,
            })
    void what_is_almost_the_name_of_a_device_is_none(String text) {
        assertThatThrownBy(() -> DeviceUrn.parse(text)).isInstanceOf(MalformedInput.class);
    }

    @Test
    void a_code_is_the_beginning_of_the_keys_fingerprint() {
        Digest fingerprint = Digest.of("a key".getBytes(UTF_8));
        KeyCode code = KeyCode.of(fingerprint);
        assertThat(code.text()).matches("[0-9A-Z]{5}-[0-9A-Z]{5}");
        assertThat(KeyCode.of(new Digest("f".repeat(64)))).hasToString("ZZZZZ-ZZZZZ");
        assertThat(KeyCode.of(new Digest("08421" + "0".repeat(59)))).hasToString("11110-00000");
        assertThat(KeyCode.of(Digest.of("another".getBytes(UTF_8)))).isNotEqualTo(code);
    }

    @Test
    void a_code_may_be_typed_as_people_type() {
        assertThat(KeyCode.typed(" 7k2qx 0mvpa ")).isEqualTo(new KeyCode("7K2QX-0MVPA"));
        assertThat(KeyCode.typed("iLoO0-00000")).isEqualTo(new KeyCode("11000-00000"));
        assertThatThrownBy(() -> KeyCode.typed("7K2QX")).hasMessageContaining("7K2QX-0MVPA");
    }

    @Test
    void a_server_serves_its_version_of_the_protocol_and_the_one_before() {
        var served = new Protocol.Versions(2, 3);
        assertThat(served.hold(1)).isFalse();
        assertThat(served.hold(2)).isTrue();
        assertThat(served.hold(3)).isTrue();
        assertThat(served.hold(4)).isFalse();
        assertThat(Protocol.SERVED.hold(Protocol.VERSION)).isTrue();
    }
}

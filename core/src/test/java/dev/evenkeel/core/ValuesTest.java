// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
    @Test
    void versions_order_by_number_and_a_candidate_comes_before_its_release() {
        List<String> ordered =
                List.of("0.9", "1.0~rc1", "1.0~rc2", "1.0", "1.0.1", "1.2", "1.10", "2");
        assertThat(
                        Stream.of("1.10", "2", "1.0", "1.0~rc2", "1.2", "0.9", "1.0~rc1", "1.0.1")
                                .map(Version::new)
                                .sorted()
                                .map(Version::text))
                .containsExactlyElementsOf(ordered);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1.", ".1", "v1", "1.2.3.4.5", "1~", "1.0-rc1", "1 ", "9999999999"})
    void refuses_what_is_no_version(String text) {
        assertThatThrownBy(() -> new Version(text)).isInstanceOf(MalformedInput.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "a/b", "Upper", "-a", "a-", "a\nb", "%2e%2e"})
    void names_that_stand_in_paths_hold_nothing_that_a_path_could_misread(String text) {
        assertThatThrownBy(() -> new FleetId(text)).isInstanceOf(MalformedInput.class);
        assertThatThrownBy(() -> new DeviceType(text)).isInstanceOf(MalformedInput.class);
        assertThatThrownBy(() -> new Channel(text)).isInstanceOf(MalformedInput.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 31, 33, 64})
    void refuses_a_digest_of_another_length(int bytes) {
        assertThatThrownBy(() -> Digest.ofRaw(new byte[bytes])).isInstanceOf(MalformedInput.class);
        assertThatThrownBy(() -> new Digest("A".repeat(64))).isInstanceOf(MalformedInput.class);
    }

    @Test
    void device_ids_are_random_and_read_back() {
        var random = new Random(7);
        DeviceId one = DeviceId.random(random);
        assertThat(one).isNotEqualTo(DeviceId.random(random));
        assertThat(new DeviceId(one.text())).isEqualTo(one);
        assertThatThrownBy(() -> new DeviceId("dev-" + "i".repeat(26)))
                .isInstanceOf(MalformedInput.class);
    }

    @Test
    void a_release_fits_by_device_type_and_revision() {
        var compatible = new Compatible(new DeviceType("gateway"), new IntRange(2, 4));
        assertThat(compatible.fits(new DeviceType("gateway"), 4)).isTrue();
        assertThat(compatible.fits(new DeviceType("gateway"), 5)).isFalse();
        assertThat(compatible.fits(new DeviceType("kiosk"), 3)).isFalse();
    }

    @Test
    void a_release_reads_the_data_format_that_it_writes() {
        assertThatThrownBy(() -> new DataFormat(new IntRange(1, 2), 3))
                .hasMessageContaining("must read the data format that it writes");
    }
}

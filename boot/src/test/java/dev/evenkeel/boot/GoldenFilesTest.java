// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Slot;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Files as version 1 wrote them. Every later version reads them; they are never written again.
class GoldenFilesTest {
    private static final BootRecord RECORD =
            new BootRecord(
                    1,
                    2,
                    Slot.B,
                    3,
                    2,
                    Optional.of(Slot.B),
                    1,
                    true,
                    "from=a newer version",
                    new TreeMap<>(Map.of("serial", "0042")));
    private static final byte[] CONTENT = "{\"stage\":\"idle\"}".getBytes(UTF_8);

    @Test
    void the_plain_boot_record_is_read_and_written_as_ever() throws IOException {
        byte[] golden = ExpectedFile.golden("boot-record-v1.bin", RECORD.toBytes());
        assertThat(BootRecord.read(golden)).isEqualTo(RECORD);
        assertThat(RECORD.toBytes()).isEqualTo(golden);
    }

    @Test
    void the_redundant_boot_record_is_read_and_written_as_ever() throws IOException {
        byte[] golden =
                ExpectedFile.golden(
                        "boot-record-redundant-v1.bin", RECORD.toEnvironment().toRedundant(200));
        UbootEnvironment.Redundant found = UbootEnvironment.readRedundant(golden);
        assertThat(found.flag()).isEqualTo(200);
        assertThat(BootRecord.read(found.environment())).isEqualTo(RECORD);
        assertThat(found.environment().toRedundant(200)).isEqualTo(golden);
    }

    @Test
    void the_state_partition_record_is_read_and_written_as_ever() throws IOException {
        byte[] golden =
                ExpectedFile.golden(
                        "state-partition-record-v1.bin",
                        StateCopy.write(Region.JOURNAL, 41, CONTENT));
        assertThat(StateCopy.read(Region.JOURNAL, golden))
                .isInstanceOfSatisfying(
                        StateCopy.Good.class,
                        good -> {
                            assertThat(good.sequence()).isEqualTo(41);
                            assertThat(good.content()).isEqualTo(CONTENT);
                        });
        assertThat(StateCopy.write(Region.JOURNAL, 41, CONTENT)).isEqualTo(golden);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.delta;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeltaRecordsTest {
    private static final DeltaPair ONE = pair("one");
    private static final DeltaPair TWO = pair("two");
    private static final long MEMORY = 64L << 20;

    @TempDir Path folder;

    private static DeltaPair pair(String name) {
        return new DeltaPair(
                Digest.of(("old " + name).getBytes(UTF_8)),
                Digest.of(("new " + name).getBytes(UTF_8)));
    }

    private static DeltaRecords.Entry entry(DeltaPair pair, boolean isKept, long bytes) {
        return new DeltaRecords.Entry(pair, MEMORY, isKept, bytes, 1_234, JsonObject.EMPTY);
    }

    @Test
    void the_records_are_the_golden_ones_both_ways() throws IOException {
        Path file = folder.resolve("records.json");
        DeltaRecords records = DeltaRecords.open(file);
        records.put(entry(ONE, true, 4_000_000_000L));
        records.put(entry(TWO, false, 300));
        byte[] golden = golden(Files.readAllBytes(file));

        assertThat(Files.readAllBytes(file)).isEqualTo(golden);
        DeltaRecords read = DeltaRecords.read(file, golden);
        assertThat(read.find(ONE, MEMORY)).contains(entry(ONE, true, 4_000_000_000L));
        assertThat(read.find(TWO, MEMORY)).contains(entry(TWO, false, 300));
        assertThat(read.toBytes()).isEqualTo(golden);
    }

    @Test
    void what_a_later_version_wrote_beside_is_kept() throws IOException {
        Path file = folder.resolve("records.json");
        DeltaRecords.open(file).put(entry(ONE, true, 7));
        String later =
                Files.readString(file)
                        .replace("\"bytes\":7", "\"bytes\":7,\"tried\":[\"zstd\"]")
                        .replace("\"format\":1", "\"format\":1,\"node\":\"n1\"");
        Files.writeString(file, later);

        DeltaRecords.open(file).put(entry(TWO, false, 9));

        assertThat(Files.readString(file))
                .contains("\"tried\":[\"zstd\"]", "\"node\":\"n1\"", "\"bytes\":9");
    }

    @Test
    void a_verdict_counts_for_its_memory_limit_only_and_is_forgotten_with_its_pair()
            throws IOException {
        Path file = folder.resolve("records.json");
        DeltaRecords records = DeltaRecords.open(file);
        records.put(entry(ONE, false, 7));
        records.put(entry(TWO, false, 7));
        assertThat(records.find(ONE, 24L << 20)).isEmpty();

        records.keepOnly(List.of(TWO));

        assertThat(DeltaRecords.open(file).find(ONE, MEMORY)).isEmpty();
        assertThat(DeltaRecords.open(file).find(TWO, MEMORY)).isPresent();
    }

    @Test
    void a_broken_or_newer_file_costs_the_verdicts_and_not_the_start() throws IOException {
        Path file = folder.resolve("records.json");
        for (String broken :
                List.of("", "{", "{}", "{\"type\":\"evenkeel-delta-records\",\"format\":9}")) {
            Files.writeString(file, broken);
            DeltaRecords records = DeltaRecords.open(file);
            assertThat(records.find(ONE, MEMORY)).isEmpty();
            records.put(entry(ONE, true, 1));
            assertThat(DeltaRecords.open(file).find(ONE, MEMORY)).isPresent();
        }
    }

    private static byte[] golden(byte[] now) throws IOException {
        if (System.getenv("UPDATE_EXPECTED") != null) {
            Files.write(Path.of("src/test/resources/golden/delta-records-v1.json"), now);
            return now;
        }
        try (InputStream in =
                DeltaRecordsTest.class.getResourceAsStream("/golden/delta-records-v1.json")) {
            assertThat(in).isNotNull();
            return in.readAllBytes();
        }
    }
}

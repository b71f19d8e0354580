// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.content.Chunk;
import dev.evenkeel.content.ChunkIndex;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoResultTest {
    @Test
    void the_json_line_has_exactly_the_agreed_fields() {
        var result =
                new DemoResult(
                        List.of("1.0", "1.1"),
                        "1.1",
                        2,
                        List.of(new DemoResult.Rollback("1.2", "health check red")),
                        1_000,
                        900,
                        4_000,
                        80_000,
                        true,
                        61.4,
                        300.6);
        assertThat(result.toJson())
                .hasToString(
                        "{\"bytes_by_chunks\":4000,\"bytes_downloaded\":1000,\"bytes_full\":80000,"
                                + "\"bytes_needed\":900,\"cpu_seconds\":61,"
                                + "\"data_intact\":true,\"final_release\":\"1.1\",\"power_cuts\":2,"
                                + "\"releases\":[\"1.0\",\"1.1\"],"
                                + "\"rollbacks\":[{\"reason\":\"health check red\",\"release\":\"1.2\"}],"
                                + "\"seconds\":301}");
        assertThat(result.toTable()).contains("1.2: health check red", "intact");
    }

    @Test
    void an_update_needs_each_new_chunk_once_and_none_that_the_device_has() {
        ChunkIndex running = index(1, 2, 3);
        ChunkIndex boot = index(9);
        ChunkIndex wanted = index(1, 4, 4, 3, 5);
        long frame = chunk(1).frameBytes();
        assertThat(BytesNeeded.toUpdate(List.of(running, boot), List.of(wanted, boot)))
                .isEqualTo(2 * frame);
    }

    @Test
    void reads_a_device_as_the_operator_api_shows_it() {
        DemoDevice device =
                DemoDevice.read(
                        json(
                                """
                                {"device": "dev-1", "device_type": "qemu-x86", "online": true,
                                 "state": "downloading", "payload_bytes_served": 77,
                                 "running": {"slot": "a", "release": "1.0", "trial": false},
                                 "updates": [{"release": "1.1", "state": "downloading",
                                   "reason": "", "evidence": "reported", "done_bytes": 40,
                                   "total_bytes": 100, "message": ""}]}\
                                """));
        assertThat(device.hasCommitted(DemoReleases.FACTORY)).isTrue();
        assertThat(device.hasCommitted(DemoReleases.GOOD)).isFalse();
        assertThat(device.update(DemoReleases.GOOD).orElseThrow().share()).isEqualTo(0.4);
        assertThat(device)
                .hasToString("downloading, runs 1.0 in slot a, 1.1 40 % written, 77 bytes served");
    }

    private static JsonObject json(String text) {
        return StrictJson.parseObject(text.getBytes(StandardCharsets.UTF_8), 10_000);
    }

    private static Chunk chunk(int content) {
        Digest digest = Digest.of(new byte[] {(byte) content});
        return new Chunk(65_536, digest, 30_000, digest);
    }

    private static ChunkIndex index(int... contents) {
        List<Chunk> chunks = Arrays.stream(contents).mapToObj(DemoResultTest::chunk).toList();
        return new ChunkIndex(65_536L * chunks.size(), Digest.of(new byte[0]), chunks);
    }
}

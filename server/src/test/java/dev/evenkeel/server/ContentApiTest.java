// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentApiTest {
    @TempDir static Path folder;
    private static RunningServer home;
    private static FakeAgent device;
    private static String pack;
    private static byte[] bytes;

    @BeforeAll
    static void start() throws IOException {
        home = new RunningServer(folder.resolve("data"));
        home.publish(TestRelease.build(folder.resolve("release"), "1.1", "5.2"));
        device = home.device();
        try (Stream<Path> packs = Files.list(folder.resolve("data/repository/packs"))) {
            Path file = packs.findFirst().orElseThrow();
            bytes = Files.readAllBytes(file);
            pack = "/content/v1/home/packs/" + file.getFileName();
        }
    }

    @AfterAll
    static void stop() {
        home.close();
    }

    private static HttpResponse<byte[]> range(String range) throws IOException {
        return device.client.get(pack, Map.of("Range", range));
    }

    @Test
    void a_whole_file_comes_with_its_digest_as_tag_and_may_be_kept_for_ever() throws IOException {
        var response = device.client.get(pack);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(bytes);
        String digest = pack.substring(pack.lastIndexOf('/') + 1);
        assertThat(response.headers().firstValue("ETag")).contains('"' + digest + '"');
        assertThat(response.headers().firstValue("Cache-Control").orElseThrow())
                .contains("immutable");
    }

    @Test
    void ranges_from_the_start_the_middle_and_the_end_are_exact() throws IOException {
        int size = bytes.length;
        assertThat(range("bytes=0-99").body()).isEqualTo(Arrays.copyOf(bytes, 100));
        assertThat(range("bytes=500-").body()).isEqualTo(Arrays.copyOfRange(bytes, 500, size));
        var last = range("bytes=-7");
        assertThat(last.statusCode()).isEqualTo(206);
        assertThat(last.body()).isEqualTo(Arrays.copyOfRange(bytes, size - 7, size));
        assertThat(last.headers().firstValue("Content-Range"))
                .contains("bytes " + (size - 7) + "-" + (size - 1) + "/" + size);
    }

    @Test
    void several_ranges_come_as_parts() throws IOException {
        var response = range("bytes=0-9,100-119");
        assertThat(response.statusCode()).isEqualTo(206);
        String type = response.headers().firstValue("Content-Type").orElseThrow();
        assertThat(type).startsWith("multipart/byteranges; boundary=");
        String text = new String(response.body(), java.nio.charset.StandardCharsets.ISO_8859_1);
        String boundary = type.substring(type.indexOf('=') + 1);
        String[] parts = text.split("\r\n--" + boundary, -1);
        assertThat(parts).hasSize(4);
        assertThat(parts[2]).contains("Content-Range: bytes 100-119/" + bytes.length);
        assertThat(parts[2].substring(parts[2].indexOf("\r\n\r\n") + 4))
                .isEqualTo(
                        new String(bytes, 100, 20, java.nio.charset.StandardCharsets.ISO_8859_1));
    }

    @Test
    void a_range_behind_the_end_is_416_and_a_broken_one_is_ignored() throws IOException {
        assertThat(range("bytes=999999999-").statusCode()).isEqualTo(416);
        assertThat(range("bytes=9-1").statusCode()).isEqualTo(200);
        assertThat(range("chunks=1-2").statusCode()).isEqualTo(200);
        assertThat(range("bytes=" + "0-,".repeat(600) + "0-").statusCode()).isEqualTo(416);
    }

    @Test
    void what_the_client_has_is_not_sent_again() throws IOException {
        String tag = device.client.get(pack).headers().firstValue("ETag").orElseThrow();
        var response = device.client.get(pack, Map.of("If-None-Match", tag));
        assertThat(response.statusCode()).isEqualTo(304);
        assertThat(response.body()).isEmpty();
    }

    @Test
    void a_range_of_another_version_is_the_whole_file() throws IOException {
        var headers = Map.of("Range", "bytes=0-9", "If-Range", "\"another\"");
        assertThat(device.client.get(pack, headers).statusCode()).isEqualTo(200);
    }

    @Test
    void the_timestamp_is_never_kept_and_a_root_that_is_not_there_yet_is_404() throws IOException {
        var timestamp = device.client.get("/content/v1/home/metadata/timestamp.json");
        assertThat(timestamp.statusCode()).isEqualTo(200);
        assertThat(timestamp.headers().firstValue("Cache-Control")).contains("no-cache");
        var root = device.client.get("/content/v1/home/metadata/2.root.json");
        assertThat(root.statusCode()).isEqualTo(404);
        assertThat(root.headers().firstValue("Cache-Control")).contains("no-store");
    }

    @Test
    void nothing_but_the_repository_is_served() throws IOException {
        for (String path :
                List.of(
                        "packs/../../operator-token",
                        "packs/%2e%2e/%2e%2e/operator-token",
                        "..%2f..%2foperator-token",
                        "metadata/..%5c..%5ckeys",
                        ".lock",
                        "packs/",
                        "keys/root.pk8")) {
            assertThat(device.client.get("/content/v1/home/" + path).statusCode())
                    .as(path)
                    .isEqualTo(404);
        }
    }

    @Test
    void payload_bytes_are_counted_for_the_device_that_fetched_them() throws IOException {
        FakeAgent other = home.device();
        other.client.get(pack, Map.of("Range", "bytes=0-999"));
        other.client.get(pack, Map.of("Range", "bytes=5-9,20-29"));
        assertThat(home.show(other).integer("payload_bytes_served")).isEqualTo(1015);
        JsonObject metrics = Client.json(home.operator.get("/api/v1/metrics"));
        assertThat(metrics.integer("payload_bytes_served")).isGreaterThanOrEqualTo(1015);
        assertThat(metrics.object("content_bytes_served").integer("packs")).isPositive();
    }

    @Test
    void a_download_goes_on_by_ranges_after_the_server_was_gone(
            @org.junit.jupiter.api.io.TempDir Path elsewhere) throws Exception {
        var first = new RunningServer(elsewhere.resolve("data"));
        first.publish(TestRelease.build(elsewhere.resolve("release"), "1.1", "5.2"));
        FakeAgent agent = first.device();
        HttpRequest request =
                HttpRequest.newBuilder(java.net.URI.create(first.server.address() + pack)).build();
        byte[] begun;
        try (InputStream in =
                agent.client
                        .http()
                        .send(request, HttpResponse.BodyHandlers.ofInputStream())
                        .body()) {
            begun = in.readNBytes(10_000);
            first.close();
        }
        try (var second = new RunningServer(elsewhere.resolve("data"))) {
            FakeAgent same = agent.at(second.server.address(), second.server.certificate());
            var rest = same.client.get(pack, Map.of("Range", "bytes=" + begun.length + "-"));
            assertThat(rest.statusCode()).isEqualTo(206);
            assertThat(rest.body())
                    .isEqualTo(Arrays.copyOfRange(bytes, begun.length, bytes.length));
            assertThat(begun).isEqualTo(Arrays.copyOf(bytes, begun.length));
        }
    }
}

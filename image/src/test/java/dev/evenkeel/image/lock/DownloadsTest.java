// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.lock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.evenkeel.core.Digest;
import dev.evenkeel.image.process.Progress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadsTest {
    private static final byte[] CONTENT = "a package of some length".getBytes(UTF_8);

    @TempDir private Path folder;
    private final List<String> ranges = new CopyOnWriteArrayList<>();
    private byte[] served = CONTENT;
    private HttpServer server;
    private Store store;

    @BeforeEach
    void serve() throws IOException {
        store = new Store(folder);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    String range = exchange.getRequestHeaders().getFirst("Range");
                    ranges.add(String.valueOf(range));
                    int from = range == null ? 0 : Integer.parseInt(range.replaceAll("[^0-9]", ""));
                    exchange.sendResponseHeaders(range == null ? 200 : 206, served.length - from);
                    exchange.getResponseBody().write(served, from, served.length - from);
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void keeps_what_is_as_the_signed_metadata_say() {
        fetch();
        assertThat(store.path(Digest.of(CONTENT))).hasBinaryContent(CONTENT);
    }

    @Test
    void goes_on_where_a_broken_download_stopped() throws IOException {
        Files.write(store.part(Digest.of(CONTENT)), "a package".getBytes(UTF_8));
        fetch();
        assertThat(ranges).containsExactly("bytes=9-");
        assertThat(store.path(Digest.of(CONTENT))).hasBinaryContent(CONTENT);
    }

    @Test
    void does_not_ask_again_for_what_the_store_has() {
        fetch();
        fetch();
        assertThat(ranges).hasSize(1);
    }

    @Test
    void refuses_other_bytes_of_the_same_length() {
        served = "A package of some length".getBytes(UTF_8);
        assertThatThrownBy(this::fetch)
                .isInstanceOf(LockFault.class)
                .hasMessageContaining("signed metadata name SHA-256");
        assertThat(store.has(Digest.of(CONTENT), CONTENT.length)).isFalse();
    }

    @Test
    void stops_an_answer_that_is_longer_than_signed() {
        served = new byte[1 << 20];
        assertThatThrownBy(this::fetch)
                .isInstanceOf(LockFault.class)
                .hasMessageContaining("more than the 24 signed bytes");
    }

    private void fetch() {
        URI uri =
                URI.create(
                        "http://"
                                + server.getAddress().getHostString()
                                + ":"
                                + server.getAddress().getPort()
                                + "/pool/x_1_amd64.deb");
        new Downloads(store, Progress.SILENT)
                .fetch(List.of(new Downloads.Wanted("x", uri, CONTENT.length, Digest.of(CONTENT))));
    }
}

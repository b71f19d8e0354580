// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.message.BootReport.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real server process, killed while devices download tens of megabytes each.
class DownloadKillTest {
    private static final int IMAGE_BYTES = 40 << 20;
    private static final int DEVICES = 4;
    private static final int PIECE_BYTES = 512 << 10;

    @TempDir Path folder;
    private final AtomicLong received = new AtomicLong();
    private final CountDownLatch enough = new CountDownLatch(1);
    private final CountDownLatch isBack = new CountDownLatch(1);

    @Test
    void devices_resume_after_a_kill_in_mid_download_and_nothing_acknowledged_is_lost()
            throws Exception {
        var slot = new byte[IMAGE_BYTES];
        new Random(5).nextBytes(slot);
        TestRelease release = TestRelease.build(folder.resolve("release"), "1.1", slot);
        Path data = folder.resolve("data");
        int port = ServerProcess.freePort();
        List<FakeAgent> devices = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Download>> downloads = new ArrayList<>();
            try (var server = launched(data, port)) {
                publish(server.operator(), release);
                for (int i = 0; i < DEVICES; i++) devices.add(enrol(server));
                Path pack = TestRelease.largest(data.resolve("repository/packs"));
                assertThat(pack.toFile().length()).isGreaterThan(IMAGE_BYTES);
                for (int i = 0; i < DEVICES; i++) {
                    var download = new Download(devices.get(i), pack, i % 2 == 0);
                    downloads.add(threads.submit(download::toItsEnd));
                }
                enough.await();
                for (FakeAgent device : devices) commits(device, release);
                server.kill();
            }
            assertThat(received.get()).as("killed in the middle").isLessThan(3L * IMAGE_BYTES);
            try (var server = launched(data, port)) {
                isBack.countDown();
                for (Future<Download> one : downloads) one.get().isWhole();
                assertThat(
                                Client.json(server.operator().get("/api/v1/rollouts/r-1"))
                                        .object("counts")
                                        .integer("succeeded"))
                        .isEqualTo(DEVICES);
            }
        }
    }

    private static ServerProcess launched(Path data, int port) throws IOException {
        var server = ServerProcess.launch(data, data, port, Duration.ZERO, List.of());
        server.awaitServing();
        return server;
    }

    private static void publish(Client operator, TestRelease release) throws IOException {
        var published =
                operator.send(
                        "POST",
                        "/api/v1/releases?channel=dev",
                        release.tar(),
                        Map.of("Content-Type", "application/x-tar"));
        assertThat(published.statusCode()).isEqualTo(201);
        operator.post("/api/v1/rollouts", JsonObject.of("release", "1.1"));
    }

    private static FakeAgent enrol(ServerProcess server) throws IOException {
        String token =
                Client.json(server.operator().post("/api/v1/enrolment-tokens", JsonObject.EMPTY))
                        .text("token");
        return FakeAgent.enrol(server.address(), server.authority(), token);
    }

    /// Acknowledged a moment before the kill.
    private static void commits(FakeAgent device, TestRelease release) throws IOException {
        device.checksIn();
        device.boots("1.1", release.digest());
        var report = device.nextReport(Outcome.COMMITTED, "1.1", release.digest());
        assertThat(device.reports(report).statusCode()).isEqualTo(204);
    }

    /// One device that fetches the pack, and goes on where it was when the server comes back.
    private final class Download {
        private final FakeAgent device;
        private final Path pack;
        private final boolean inPieces;
        private final byte[] bytes;
        private int at;
        private long fetched;

        /// @param inPieces asks for small ranges, as agents do; else for all the rest at once
        Download(FakeAgent device, Path pack, boolean inPieces) {
            this.device = device;
            this.pack = pack;
            this.inPieces = inPieces;
            this.bytes = new byte[(int) pack.toFile().length()];
        }

        Download toItsEnd() throws Exception {
            while (at < bytes.length) {
                try {
                    fetchMore();
                } catch (IOException gone) {
                    isBack.await();
                }
            }
            return this;
        }

        private void fetchMore() throws IOException, InterruptedException {
            String last = inPieces ? "" + (Math.min(at + PIECE_BYTES, bytes.length) - 1) : "";
            HttpRequest request =
                    HttpRequest.newBuilder(device.client.resolve(path()))
                            .header("Range", "bytes=" + at + "-" + last)
                            .header("If-Range", '"' + pack.getFileName().toString() + '"')
                            .build();
            HttpResponse<InputStream> response =
                    device.client.http().send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream in = response.body()) {
                assertThat(response.statusCode()).isEqualTo(206);
                take(in);
            }
        }

        private void take(InputStream in) throws IOException {
            while (at < bytes.length) {
                int count = in.read(bytes, at, bytes.length - at);
                if (count < 0) return;
                at += count;
                fetched += count;
                if (received.addAndGet(count) > IMAGE_BYTES) enough.countDown();
            }
        }

        private String path() {
            return "/content/v1/home/packs/" + pack.getFileName();
        }

        void isWhole() {
            assertThat(Digest.of(bytes).hex()).isEqualTo(pack.getFileName().toString());
            assertThat(fetched).as("no byte twice").isEqualTo(bytes.length);
        }
    }
}

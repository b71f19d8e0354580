// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.message.Protocol;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server with more to do than it takes on.
class LimitsTest {
    @TempDir Path folder;

    private RunningServer with(ServerLimits limits) throws IOException {
        ServerOptions options = RunningServer.options(folder.resolve("data"));
        return new RunningServer(options, Server.start(options, Clock.systemUTC(), limits));
    }

    private static int isSentAway(HttpResponse<?> response) {
        assertThat(response.statusCode()).isEqualTo(503);
        return Integer.parseInt(response.headers().firstValue("Retry-After").orElse("none"));
    }

    @Test
    void a_connection_too_many_is_told_to_come_again_and_ends() throws Exception {
        try (RunningServer home = with(new ServerLimits(4, 100, 100, 100))) {
            var held = new ArrayList<Client>();
            for (int i = 0; i < 4; i++) held.add(home.anotherNobody());
            for (Client client : held) assertThat(health(client).statusCode()).isEqualTo(200);
            Set<Integer> waits = new HashSet<>();
            for (int i = 0; i < 30; i++) {
                try (Client late = home.anotherNobody()) {
                    HttpResponse<byte[]> response = health(late);
                    waits.add(isSentAway(response));
                    assertThat(response.headers().firstValue("Connection")).contains("close");
                }
            }
            assertThat(waits).allMatch(seconds -> seconds >= 10 && seconds <= 30);
            assertThat(waits).as("not all at the same moment").hasSizeGreaterThan(3);
            for (Client client : held) {
                assertThat(health(client).statusCode()).as("those who are in").isEqualTo(200);
            }
            held.getFirst().close();
            assertThat(comesIn(home)).as("there is room again").isTrue();
        }
    }

    private static HttpResponse<byte[]> health(Client client) throws IOException {
        return client.get("/health");
    }

    /// The server learns of a closed connection a moment later.
    private static boolean comesIn(RunningServer home) throws IOException {
        for (int i = 0; i < 1_000; i++) {
            try (Client next = home.anotherNobody()) {
                if (health(next).statusCode() == 200) return true;
            }
        }
        return false;
    }

    @Test
    void a_transfer_too_many_is_told_to_come_again_and_then_goes_through() throws Exception {
        byte[] slot = new byte[24 << 20];
        new Random(3).nextBytes(slot);
        try (RunningServer home = with(new ServerLimits(100, 100, 2, 100))) {
            home.publish(TestRelease.build(folder.resolve("release"), "1.1", slot));
            Path pack = TestRelease.largest(folder.resolve("data/repository/packs"));
            FakeAgent device = home.device();
            var request =
                    HttpRequest.newBuilder(
                                    home.server
                                            .address()
                                            .resolve(
                                                    "/content/v1/home/packs/" + pack.getFileName()))
                            .build();
            // whoever does not read holds its transfer, because the network takes no more
            List<HttpResponse<InputStream>> held = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                held.add(
                        device.client
                                .http()
                                .send(request, HttpResponse.BodyHandlers.ofInputStream()));
            }
            isSentAway(device.client.http().send(request, HttpResponse.BodyHandlers.discarding()));
            for (HttpResponse<InputStream> one : held) {
                try (InputStream in = one.body()) {
                    assertThat(in.readAllBytes()).isEqualTo(Files.readAllBytes(pack));
                }
            }
            assertThat(device.checksIn().protocol())
                    .as("polls are not transfers")
                    .isEqualTo(Protocol.VERSION);
        }
    }

    @Test
    void a_listener_too_many_is_told_to_come_again() throws Exception {
        try (RunningServer home = with(new ServerLimits(100, 100, 100, 1))) {
            var request =
                    HttpRequest.newBuilder(home.server.address().resolve("/api/v1/events"))
                            .header("Authorization", "Bearer " + home.server.operatorToken())
                            .build();
            var http = home.operator.http();
            var first = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            assertThat(first.statusCode()).isEqualTo(200);
            isSentAway(http.send(request, HttpResponse.BodyHandlers.discarding()));
            first.body().close();
        }
    }

    @Test
    void a_request_too_many_is_told_to_come_again_while_the_others_are_worked_on()
            throws Exception {
        var begun = new CountDownLatch(2);
        var goOn = new Semaphore(0);
        Route slow =
                Route.get(
                        "/slow",
                        Access.ANYBODY,
                        _ -> {
                            begun.countDown();
                            goOn.acquireUninterruptibly();
                            return Answer.noContent();
                        });
        try (var web = new BareWeb(List.of(slow), new ServerLimits(100, 2, 100, 100));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> worked = new ArrayList<>();
            for (int i = 0; i < 2; i++)
                worked.add(threads.submit(() -> web.get("/slow").statusCode()));
            begun.await();
            isSentAway(web.get("/slow"));
            goOn.release(100);
            for (Future<Integer> one : worked) assertThat(one.get()).isEqualTo(204);
            assertThat(web.get("/slow").statusCode()).isEqualTo(204);
        }
    }
}

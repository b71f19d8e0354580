// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.content.Folders;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.fleet.Fleet;
import dev.evenkeel.fleet.FleetOptions;
import dev.evenkeel.fleet.MemoryFleetRepository;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// What carries every route, with routes of a test's own and without TLS.
final class BareWeb implements AutoCloseable {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpServer http;

    BareWeb(List<Route> routes, ServerLimits limits) {
        Fleet fleet =
                Fleet.open(
                        new FleetId("home"),
                        new MemoryFleetRepository(),
                        FleetOptions.DEFAULT,
                        Clock.systemUTC(),
                        new SecureRandom());
        var attempts = new Attempts(Attempts.Limits.DEFAULT, System::nanoTime);
        var identities = new Identities(fleet, authority(), Clock.systemUTC());
        var logins = new Logins(Clock.systemUTC());
        var guard = new Guard(fleet, "operator", logins, attempts, attempts, identities);
        var web = new Web(vertx, threads, guard, routes, limits);
        http =
                vertx.createHttpServer()
                        .connectionHandler(web::opened)
                        .requestHandler(web::handle)
                        .listen(0, "127.0.0.1")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join();
    }

    private static DeviceAuthority authority() {
        try {
            Path folder = Files.createTempDirectory("bare-web");
            try {
                return DeviceAuthority.open(new JoiningOptions.Authority.Own(), folder, "home");
            } finally {
                Folders.delete(folder);
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    HttpResponse<byte[]> get(String path) throws IOException {
        URI address = URI.create("http://127.0.0.1:" + http.actualPort() + path);
        try {
            return client.send(
                    HttpRequest.newBuilder(address).build(),
                    HttpResponse.BodyHandlers.ofByteArray());
        } catch (InterruptedException interrupted) {
            throw new IOException(interrupted);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        threads.close();
    }
}

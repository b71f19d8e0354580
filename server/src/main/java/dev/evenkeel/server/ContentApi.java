// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.content.ContentFolder;
import dev.evenkeel.core.Digest;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;

/// Serves the repository as it lies in its folder. Immutable files are named by their content and
/// may be kept for ever; the timestamp, the locations and what does not exist yet may not.
final class ContentApi {
    private static final Pattern NAMED_BY_CONTENT =
            Pattern.compile("(packs|indexes|deltas)/[0-9a-f]{64}");
    private static final Pattern IMMUTABLE =
            Pattern.compile("(packs|indexes|deltas|targets)/.*|metadata/[0-9]+\\..*");
    private static final int BUSY_SECONDS = 20;

    private final Vertx vertx;
    private final ContentFolder folder;
    private final ServedBytes served;
    private final ExecutorService threads;
    private final Semaphore transfers;

    ContentApi(
            Vertx vertx,
            ContentFolder folder,
            ServedBytes served,
            ExecutorService threads,
            ServerLimits limits) {
        this.vertx = vertx;
        this.folder = folder;
        this.served = served;
        this.threads = threads;
        this.transfers = new Semaphore(limits.transfers());
    }

    List<Route> routes() {
        return List.of(route(this::serve));
    }

    static Route route(Route.Streamer streamer) {
        return Route.stream(
                "GET", "/content/v1/{fleet}/{path...}", Access.DEVICE_OR_OPERATOR, streamer);
    }

    private void serve(HttpServerRequest http, Request request) {
        if (!transfers.tryAcquire()) throw Problem.busy(BUSY_SECONDS);
        var transfer = new Transfer(http, vertx.getOrCreateContext());
        try {
            threads.execute(() -> {
                try {
                    send(transfer, request, http.method().name().equals("HEAD"));
                } catch (Exception fault) {
                    transfer.fail(fault);
                } finally {
                    transfers.release();
                }
            });
        } catch (RejectedExecutionException stopping) {
            transfers.release();
            throw Problem.unavailable("the server is stopping");
        }
    }

    private void send(Transfer transfer, Request request, boolean isHead) throws IOException {
        String path = request.path("path");
        Path file =
                folder.file(path)
                        .orElseThrow(() -> Problem.notFound("the repository has no such file"));
        var plan = plan(path, file, request);
        String kind = path.substring(0, path.indexOf('/'));
        transfer.send(plan, isHead, bytes -> served.add(request.caller(), kind, bytes));
    }

    private TransferPlan plan(String path, Path file, Request request) throws IOException {
        long size = Files.size(file);
        String tag = '"' + name(path, file) + '"';
        String caching =
                IMMUTABLE.matcher(path).matches()
                        ? "private, max-age=31536000, immutable"
                        : "no-cache";
        String type = path.endsWith(".json") ? "application/json" : "application/octet-stream";
        if (matches(request.header("if-none-match"), tag)) {
            return new TransferPlan(
                    file, size, tag, caching, type, new TransferPlan.Part.NotModified());
        }
        // RFC 9110, 13.1.5: a range of a file that has changed is the whole of the new one
        boolean isSame = request.header("if-range").map(tag::equals).orElse(true);
        ByteRanges ranges =
                ByteRanges.parse(isSame ? request.header("range") : Optional.empty(), size);
        return new TransferPlan(
                file, size, tag, caching, type, new TransferPlan.Part.Bytes(ranges));
    }

    /// The digest of a file's content, or of what names all of it; its name where it has it.
    private static String name(String path, Path file) throws IOException {
        if (NAMED_BY_CONTENT.matcher(path).matches()) return path.substring(path.indexOf('/') + 1);
        return Digest.of(Files.readAllBytes(file)).hex();
    }

    private static boolean matches(Optional<String> header, String tag) {
        if (header.isEmpty()) return false;
        if (header.get().strip().equals("*")) return true;
        for (String one : header.get().split(",", -1)) {
            String stripped = one.strip();
            if (stripped.equals(tag) || stripped.equals("W/" + tag)) return true;
        }
        return false;
    }
}

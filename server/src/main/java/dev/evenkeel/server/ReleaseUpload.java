// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.content.Folders;
import dev.evenkeel.core.Channel;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.trust.Offer;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `POST /api/v1/releases?channel=`: a release folder as a tar stream. The stream goes to disk as
/// it comes; then it is unpacked, judged and published. What is not a part of a release is refused,
/// and whatever happens nothing stays behind.
final class ReleaseUpload {
    private static final Logger LOG = LoggerFactory.getLogger(ReleaseUpload.class);
    private static final long MOST_BYTES = 99_999_999_999L;
    private static final int MOST_DIGITS = 11;
    private static final Pattern INDEX = Pattern.compile("indexes/[0-9a-f]{64}");
    private static final Set<String> PARTS =
            Set.of(
                    "manifest.json",
                    "slot.img",
                    "boot.img",
                    "pack",
                    "sbom.cdx.json",
                    "provenance.json",
                    "size-report.json");

    /// The factory disk is of no use to a server; it is let pass by.
    private static final String UNUSED = "disk.img";

    private final Vertx vertx;
    private final ExecutorService threads;
    private final Publishing publishing;
    private final Path incoming;

    ReleaseUpload(Vertx vertx, ExecutorService threads, Publishing publishing, Path incoming) {
        this.vertx = vertx;
        this.threads = threads;
        this.publishing = publishing;
        this.incoming = incoming;
    }

    List<Route> routes() {
        return List.of(Route.stream("POST", "/api/v1/releases", Access.OPERATOR, this::receive));
    }

    private void receive(HttpServerRequest http, Request request) {
        Channel channel =
                new Channel(
                        request.query("channel")
                                .orElseThrow(
                                        () -> Problem.badRequest("?channel= must name a channel")));
        if (!"application/x-tar".equals(http.getHeader("Content-Type"))) {
            throw Problem.badRequest("expected a release folder as application/x-tar");
        }
        String told = http.getHeader("Content-Length");
        if (told != null && told.length() > MOST_DIGITS) throw Problem.tooLarge(MOST_BYTES);
        Path tar = incoming.resolve(UUID.randomUUID() + ".tar");
        Context context = vertx.getOrCreateContext();
        vertx.fileSystem()
                .open(tar.toString(), new OpenOptions().setCreateNew(true))
                .compose(http::pipeTo)
                .onComplete(result -> {
                    if (result.succeeded()) finish(http, context, tar, channel);
                    else {
                        discard(tar);
                        Web.refuse(
                                http,
                                FullDisk.isBehind(result.cause())
                                        ? Problem.fullDisk()
                                        : Problem.badRequest("the upload did not come whole"));
                    }
                });
    }

    private void finish(HttpServerRequest http, Context context, Path tar, Channel channel) {
        long received = http.bytesRead();
        try {
            threads.execute(() -> {
                Answer answer = publish(tar, received, channel);
                context.runOnContext(_ -> Web.send(http, answer));
            });
        } catch (RejectedExecutionException stopping) {
            discard(tar);
            Web.refuse(http, Problem.unavailable("the server is stopping"));
        }
    }

    private Answer publish(Path tar, long received, Channel channel) {
        Path folder = tar.resolveSibling(tar.getFileName() + ".d");
        try {
            // a last write that fails behind the end of the request is told to nobody
            if (Files.size(tar) < received) throw Problem.fullDisk();
            unpack(tar, folder);
            Publishing.Published published = publishing.publish(folder, channel);
            JsonObject json =
                    Views.release(published.release())
                            .with("new_chunks", published.newChunks())
                            .with("new_bytes", published.newBytes());
            return switch (published.offer()) {
                case Offer.Published _ -> Answer.json(201, json);
                // taken in, but no device finds it yet
                case Offer.Waiting waiting ->
                        Answer.json(202, json.with("waiting", waiting.told()));
            };
        } catch (Exception fault) {
            return Web.problemOf(fault).answer();
        } finally {
            discard(tar);
            discard(folder);
        }
    }

    private static void unpack(Path tar, Path folder) throws IOException {
        Files.createDirectories(folder.resolve("indexes"));
        try (InputStream in = new BufferedInputStream(Files.newInputStream(tar), 128 << 10);
                var archive = new TarArchiveInputStream(in)) {
            TarArchiveEntry entry = archive.getNextEntry();
            for (; entry != null; entry = archive.getNextEntry()) {
                String name = entry.getName().replaceFirst("^\\./", "");
                if (entry.isDirectory() && (name.isEmpty() || name.equals("indexes/"))) continue;
                if (name.equals(UNUSED)) continue;
                boolean isPart = PARTS.contains(name) || INDEX.matcher(name).matches();
                if (!isPart || !entry.isFile()) {
                    throw new MalformedInput("'" + name + "' is no part of a release");
                }
                Files.copy(archive, folder.resolve(name));
            }
        } catch (FileAlreadyExistsException twice) {
            throw new MalformedInput("a part comes twice in the upload", twice);
        } catch (FileSystemException ours) {
            throw ours; // our disk is broken; that is not the caller's fault
        } catch (IOException | IllegalArgumentException broken) {
            if (FullDisk.isBehind(broken)) throw broken;
            throw new MalformedInput("the upload is not a whole tar archive", broken);
        }
    }

    private static void discard(Path left) {
        try {
            if (Files.isDirectory(left)) Folders.delete(left);
            else Files.deleteIfExists(left);
        } catch (IOException fault) {
            LOG.warn("{} stays until the next start: {}", left, fault.getMessage());
        }
    }
}

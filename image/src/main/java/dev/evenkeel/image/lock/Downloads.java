// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.lock;

import dev.evenkeel.core.Digest;
import dev.evenkeel.image.process.DiskSpace;
import dev.evenkeel.image.process.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/// Fetches packages into the store: four at a time, going on where a broken download stopped, and
/// kept only when length and digest are those of the signed metadata.
final class Downloads {
    private static final int AT_ONCE = 4;
    private static final int TRIES = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Store store;
    private final Progress progress;
    private final HttpClient http;
    private final Semaphore places = new Semaphore(AT_ONCE);

    /// One file to fetch.
    record Wanted(String name, URI uri, long sizeBytes, Digest digest) {}

    Downloads(Store store, Progress progress) {
        this.store = store;
        this.progress = progress;
        this.http =
                HttpClient.newBuilder()
                        .connectTimeout(PATIENCE)
                        .followRedirects(HttpClient.Redirect.NORMAL)
                        .proxy(proxy())
                        .build();
    }

    /// Returns when the store holds all of them.
    void fetch(List<Wanted> all) {
        List<Wanted> missing =
                all.stream().filter(w -> !store.has(w.digest(), w.sizeBytes())).toList();
        long total = missing.stream().mapToLong(Wanted::sizeBytes).sum();
        if (missing.isEmpty()) return;
        requireSpace(total);
        progress.note(missing.size() + " of " + all.size() + " packages have to be fetched");
        var done = new AtomicLong();
        var pending = new ArrayList<Future<?>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Wanted wanted : missing) {
                pending.add(
                        threads.submit(() -> {
                            places.acquire();
                            try {
                                fetch(wanted);
                            } finally {
                                places.release();
                            }
                            progress.bytes(done.addAndGet(wanted.sizeBytes()), total);
                            return wanted;
                        }));
            }
            for (Future<?> one : pending) one.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof LockFault fault) throw fault;
            throw new LockFault("a download failed: " + failed.getCause(), failed);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new LockFault("the downloads were stopped", stop);
        }
    }

    private void fetch(Wanted wanted) throws InterruptedException {
        IOException last = new IOException("never tried");
        for (int attempt = 0; attempt < TRIES; attempt++) {
            try {
                Path part = store.part(wanted.digest());
                continueInto(part, wanted);
                accept(part, wanted);
                return;
            } catch (IOException broken) {
                if (DiskSpace.ranOut(broken, store.folder())) {
                    throw full(wanted.sizeBytes(), wanted.name());
                }
                last = broken;
            }
        }
        throw new LockFault(
                "cannot fetch "
                        + wanted.name()
                        + " from "
                        + wanted.uri()
                        + ": "
                        + last.getMessage(),
                last);
    }

    private void requireSpace(long bytes) {
        if (DiskSpace.freeBytes(store.folder()) < bytes) throw full(bytes, "the locked packages");
    }

    private LockFault full(long neededBytes, String what) {
        return new LockFault(
                "the disk of the store "
                        + store.folder()
                        + " is full: fetching "
                        + what
                        + " needs "
                        + neededBytes
                        + " bytes there, and "
                        + DiskSpace.freeBytes(store.folder())
                        + " are free. What was fetched stays and is not fetched again; make room and run it again");
    }

    private void continueInto(Path part, Wanted wanted) throws IOException, InterruptedException {
        long have = Files.exists(part) ? Files.size(part) : 0;
        if (have > wanted.sizeBytes()) {
            Files.delete(part);
            have = 0;
        }
        if (have == wanted.sizeBytes()) return;
        if (wanted.uri().getScheme().equals("file")) {
            if (!Files.exists(Path.of(wanted.uri()))) throw dropped(wanted);
            try (InputStream in = Files.newInputStream(Path.of(wanted.uri()))) {
                write(in, part, 0, wanted);
            }
            return;
        }
        var request = HttpRequest.newBuilder(wanted.uri()).timeout(PATIENCE);
        if (have > 0) request.header("Range", "bytes=" + have + "-");
        HttpResponse<InputStream> answer =
                http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream in = answer.body()) {
            switch (answer.statusCode()) {
                case 200 -> write(in, part, 0, wanted);
                case 206 -> write(in, part, have, wanted);
                case 404 -> throw dropped(wanted);
                default -> throw new IOException("the archive answers " + answer.statusCode());
            }
        }
    }

    private static LockFault dropped(Wanted wanted) {
        return new LockFault(
                "cannot fetch "
                        + wanted.name()
                        + ": the archive no longer has it ("
                        + wanted.uri()
                        + "). Copy it from the store of a builder that has it, or take newer versions with 'evenkeel lock --update'");
    }

    private static void write(InputStream in, Path part, long from, Wanted wanted)
            throws IOException {
        StandardOpenOption how =
                from == 0 ? StandardOpenOption.TRUNCATE_EXISTING : StandardOpenOption.APPEND;
        try (OutputStream out =
                Files.newOutputStream(
                        part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how)) {
            byte[] buffer = new byte[64 << 10];
            long at = from;
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                at += n;
                // an endless answer must not fill the disk
                if (at > wanted.sizeBytes()) {
                    throw new IOException("more than the " + wanted.sizeBytes() + " signed bytes");
                }
                out.write(buffer, 0, n);
            }
        }
    }

    private void accept(Path part, Wanted wanted) throws IOException {
        long size = Files.size(part);
        if (size < wanted.sizeBytes()) {
            throw new IOException("ended after " + size + " of " + wanted.sizeBytes() + " bytes");
        }
        Digest found = Store.digestOf(part);
        if (size != wanted.sizeBytes() || !found.equals(wanted.digest())) {
            Files.delete(part);
            throw new IOException(
                    "signed metadata name SHA-256 " + wanted.digest() + ", the file has " + found);
        }
        store.adopt(part, wanted.digest());
    }

    private static ProxySelector proxy() {
        String proxy = System.getenv("http_proxy");
        if (proxy == null || proxy.isBlank()) return ProxySelector.getDefault();
        URI uri = URI.create(proxy);
        return ProxySelector.of(
                new InetSocketAddress(uri.getHost(), uri.getPort() < 0 ? 80 : uri.getPort()));
    }
}

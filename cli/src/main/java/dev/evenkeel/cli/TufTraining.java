// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The life of `evenkeel tuf` in one process, on a small repository that python-tuf made with keys
/// of every type of the specification: what the launcher's class archive is trained with.
final class TufTraining {
    private static final String REPOSITORY = "tuf-training/";

    private TufTraining() {}

    public static void main(String[] arguments) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", TufTraining::answer);
        server.start();
        Path work = Files.createTempDirectory("evenkeel-tuf-");
        try {
            live(work, "http://127.0.0.1:" + server.getAddress().getPort() + "/");
        } finally {
            server.stop(0);
            delete(work);
        }
    }

    private static void live(Path work, String url) throws IOException {
        Path root = work.resolve("root.json");
        Files.write(root, resource("1.root.json").orElseThrow());
        String trusted = work.resolve("metadata").toString();
        run(0, "tuf", "--metadata-dir", trusted, "init", root.toString());
        run(0, "tuf", "--metadata-dir", trusted, "--metadata-url", url, "refresh");
        String[] download = {
            "tuf",
            "--metadata-dir",
            trusted,
            "--metadata-url",
            url,
            "--target-name",
            "notes/hello.txt",
            "--target-base-url",
            url + "targets",
            "--target-dir",
            work.resolve("targets").toString(),
            "download"
        };
        run(0, download);
        run(0, download);
        download[6] = "notes/nobody.txt";
        run(1, download);
    }

    private static void delete(Path folder) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> all = Files.walk(folder)) {
            deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) Files.delete(path);
    }

    private static void run(int expected, String... arguments) {
        int code = Main.run(arguments);
        if (code != expected) {
            throw new IllegalStateException(
                    String.join(" ", arguments) + " ended with " + code + ", expected " + expected);
        }
    }

    private static void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String name = path.substring(path.lastIndexOf('/') + 1);
        Optional<byte[]> found = resource(name.endsWith("hello.txt") ? "hello.txt" : name);
        try (exchange) {
            exchange.sendResponseHeaders(found.isPresent() ? 200 : 404, found.isPresent() ? 0 : -1);
            if (found.isPresent()) exchange.getResponseBody().write(found.get());
        }
    }

    private static Optional<byte[]> resource(String name) throws IOException {
        try (InputStream in = TufTraining.class.getResourceAsStream(REPOSITORY + name)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        }
    }
}

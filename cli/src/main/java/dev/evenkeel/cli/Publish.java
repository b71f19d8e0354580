// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.image.process.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/// Sends a release folder to a server, as a tar stream made while it is sent.
final class Publish {
    private static final int PIPE_BYTES = 1 << 20;

    /// The factory disk is for flashing; a server has no use for it.
    private static final String NOT_SENT = "disk.img";

    private Publish() {}

    static JsonObject upload(ServerClient server, Path release, Channel channel, Progress progress)
            throws IOException {
        List<Path> files = parts(release);
        long total = 0;
        for (Path file : files) {
            total += Files.size(file);
        }
        long all = total;
        var in = new PipedInputStream(PIPE_BYTES);
        var out = new PipedOutputStream(in);
        Thread writer = Thread.ofVirtual().start(() -> write(release, files, all, out, progress));
        try {
            return server.upload(
                    "/api/v1/releases?channel=" + channel,
                    "application/x-tar",
                    BodyPublishers.ofInputStream(() -> in));
        } finally {
            in.close();
            writer.interrupt();
        }
    }

    private static List<Path> parts(Path release) throws IOException {
        try (Stream<Path> tree = Files.walk(release)) {
            return tree.filter(Files::isRegularFile)
                    .filter(file -> !release.relativize(file).toString().equals(NOT_SENT))
                    .sorted()
                    .toList();
        }
    }

    private static void write(
            Path release, List<Path> files, long total, PipedOutputStream pipe, Progress progress) {
        try (var tar = new TarArchiveOutputStream(pipe)) {
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            var buffer = new byte[256 << 10];
            long done = 0;
            for (Path file : files) {
                tar.putArchiveEntry(new TarArchiveEntry(file, release.relativize(file).toString()));
                try (InputStream content = Files.newInputStream(file)) {
                    for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
                        tar.write(buffer, 0, n);
                        done += n;
                        progress.bytes(done, total);
                    }
                }
                tar.closeArchiveEntry();
            }
        } catch (IOException broken) {
            // the server closed the connection, and its answer says why; or a file vanished, and
            // the upload is cut short
            throw new UncheckedIOException(
                    "reading the release while it was sent: " + broken.getMessage(), broken);
        }
    }
}

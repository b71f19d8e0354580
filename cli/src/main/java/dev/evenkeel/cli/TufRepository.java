// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.trust.MetadataSource;
import java.io.FileNotFoundException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLConnection;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/// One folder of a TUF repository behind a URL, trusted for nothing. The JDK's plain URL
/// connection, because it starts in a tenth of the time of its HTTP client.
///
/// @param base the folder, with or without a slash at its end
record TufRepository(URI base) implements MetadataSource {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int LEAST_BYTES_PER_SECOND = 512;

    @Override
    public Optional<byte[]> fetch(String fileName, int maxBytes) throws IOException {
        Optional<InputStream> found = open(fileName);
        if (found.isEmpty()) return Optional.empty();
        try (InputStream in = found.get()) {
            return Optional.of(MetadataSource.read(in, fileName, maxBytes));
        }
    }

    /// The file at `path`, whose segments are encoded already; empty when there is none.
    Optional<InputStream> open(String path) throws IOException {
        String folder = base.toString();
        URLConnection connection =
                URI.create(folder + (folder.endsWith("/") ? "" : "/") + path)
                        .toURL()
                        .openConnection();
        connection.setConnectTimeout((int) PATIENCE.toMillis());
        connection.setReadTimeout((int) PATIENCE.toMillis());
        connection.setUseCaches(false);
        if (connection instanceof HttpURLConnection http && !isThere(http, path)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Hurried(connection.getInputStream(), path, System::nanoTime));
        } catch (FileNotFoundException none) {
            return Optional.empty();
        }
    }

    private static boolean isThere(HttpURLConnection http, String path) throws IOException {
        int status = http.getResponseCode();
        return switch (status) {
            case HttpURLConnection.HTTP_OK -> true;
            // an object store that may not be listed says 403 for what it does not have
            case HttpURLConnection.HTTP_NOT_FOUND, HttpURLConnection.HTTP_FORBIDDEN -> {
                http.disconnect();
                yield false;
            }
            default ->
                    throw new IOException(
                            "fetching " + path + ": expected status 200, found " + status);
        };
    }

    /// Ends a slow retrieval attack: a server that trickles bytes, each just in time for a timeout.
    static final class Hurried extends FilterInputStream {
        private final String path;
        private final LongSupplier nanos;
        private final long started;
        private long bytes;

        Hurried(InputStream in, String path, LongSupplier nanos) {
            super(in);
            this.path = path;
            this.nanos = nanos;
            this.started = nanos.getAsLong();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int count = super.read(into, from, length);
            bytes += Math.max(0, count);
            long seconds = Duration.ofNanos(nanos.getAsLong() - started).toSeconds();
            if (seconds > PATIENCE.toSeconds() && bytes / seconds < LEAST_BYTES_PER_SECOND) {
                throw new IOException(
                        "fetching "
                                + path
                                + ": expected at least "
                                + LEAST_BYTES_PER_SECOND
                                + " bytes a second, found "
                                + bytes / seconds
                                + " over "
                                + seconds
                                + " s (slow retrieval attack). Try another mirror.");
            }
            return count;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static java.net.HttpURLConnection.HTTP_BAD_REQUEST;
import static java.net.HttpURLConnection.HTTP_ENTITY_TOO_LARGE;
import static java.net.HttpURLConnection.HTTP_NOT_IMPLEMENTED;
import static java.net.HttpURLConnection.HTTP_OK;
import static java.net.HttpURLConnection.HTTP_PARTIAL;
import static java.net.HttpURLConnection.HTTP_REQ_TOO_LONG;

import dev.evenkeel.content.ContentSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/// A repository behind an address: the server's, or a plain web server's that has a copy.
///
/// Several spans are asked for in one request (RFC 9110, 14.2), until an answer shows that this
/// carrier does not do that well: from then on one request brings one span.
final class HttpCarrier implements ContentSource {
    private static final int RANGE_NOT_SATISFIABLE = 416;
    private static final int HEADERS_TOO_LARGE = 431;

    /// How a carrier may say that it does not take so many ranges, or none.
    private static final List<Integer> NOT_SO_MANY =
            List.of(
                    HTTP_BAD_REQUEST,
                    HTTP_ENTITY_TOO_LARGE,
                    HTTP_REQ_TOO_LONG,
                    RANGE_NOT_SATISFIABLE,
                    HEADERS_TOO_LARGE,
                    HTTP_NOT_IMPLEMENTED);

    /// Makes a connection that was not used yet.
    interface Connecting {
        HttpURLConnection open(URI uri) throws IOException;
    }

    private final URI base;
    private final Connecting connecting;
    private final Duration patience;
    private boolean takesMany = true;

    /// @param base ends with a slash; paths of content follow it
    /// @param patience how long an answer may take to begin
    HttpCarrier(URI base, Connecting connecting, Duration patience) {
        this.base = base;
        this.connecting = connecting;
        this.patience = patience;
    }

    @Override
    public byte[] fetch(String path, int maxBytes) throws IOException {
        return LinkFault.told(base, () -> whole(path, maxBytes));
    }

    @Override
    public InputStream open(String path, long from, long length) throws IOException {
        return LinkFault.told(base, () -> one(path, from, length));
    }

    @Override
    public InputStream open(String path, List<Span> spans) throws IOException {
        if (spans.size() == 1 || !takesMany) return inTurn(path, spans);
        Optional<InputStream> many = LinkFault.told(base, () -> many(path, spans));
        if (many.isPresent()) return many.get();
        takesMany = false;
        return inTurn(path, spans);
    }

    private InputStream inTurn(String path, List<Span> spans) throws IOException {
        return ContentSource.super.open(path, spans);
    }

    private byte[] whole(String path, int maxBytes) throws IOException {
        HttpURLConnection connection = connecting.open(base.resolve(path));
        new HttpAnswer(connection).requireCarried(path, HTTP_OK);
        try (InputStream in = connection.getInputStream()) {
            byte[] bytes = in.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                throw new IOException(path + ": longer than " + maxBytes + " bytes");
            }
            return bytes;
        }
    }

    private InputStream one(String path, long from, long length) throws IOException {
        HttpURLConnection connection = connecting.open(base.resolve(path));
        String range = from + "-" + (from + length - 1);
        connection.setRequestProperty("Range", "bytes=" + range);
        patiently(
                connection,
                () -> {
                    new HttpAnswer(connection).requireCarried(path, HTTP_PARTIAL);
                    return HTTP_PARTIAL;
                });
        String expected = "bytes " + range + "/";
        String found = connection.getHeaderField("Content-Range");
        if (found == null || !found.startsWith(expected)) {
            connection.disconnect();
            throw new IOException(
                    path + ": asked for '" + expected + "', was sent '" + found + "'");
        }
        return new RangeStream(connection, base, length);
    }

    /// Empty where the answer is not one in several parts.
    private Optional<InputStream> many(String path, List<Span> spans) throws IOException {
        HttpURLConnection connection = connecting.open(base.resolve(path));
        connection.setRequestProperty(
                "Range",
                spans.stream()
                        .map(span -> span.from() + "-" + (span.end() - 1))
                        .collect(Collectors.joining(",", "bytes=", "")));
        var answer = new HttpAnswer(connection);
        if (NOT_SO_MANY.contains(patiently(connection, answer::status))) {
            answer.drain();
            return Optional.empty();
        }
        int status = answer.requireCarried(path);
        Optional<String> boundary = RangeParts.boundary(connection.getContentType());
        if (status != HTTP_PARTIAL || boundary.isEmpty()) {
            // the whole file, or a single range: more, or less, than what is needed
            connection.disconnect();
            return Optional.empty();
        }
        long length = connection.getContentLengthLong();
        var in = new RangeStream(connection, base, length < 0 ? Long.MAX_VALUE : length);
        return Optional.of(
                new PartsStream(
                        path,
                        new RangeParts(in, boundary.get()),
                        spans,
                        rest -> inTurn(path, rest),
                        () -> takesMany = false));
    }

    /// Waits for the head of an answer, but not for ever: the limit for a single read alone lets
    /// somebody send a byte a minute.
    private <T> T patiently(HttpURLConnection connection, LinkFault.Call<T> head)
            throws IOException {
        var isLate = new AtomicBoolean();
        Thread watch =
                Thread.ofPlatform()
                        .daemon()
                        .start(() -> {
                            try {
                                Thread.sleep(patience);
                                isLate.set(true);
                                connection.disconnect();
                            } catch (InterruptedException inTime) {
                                // the head is there
                            }
                        });
        try {
            T made = head.make();
            // a head that was cut off in the middle is taken for a whole one
            if (isLate.get()) throw new IOException("cut off");
            return made;
        } catch (IOException | RuntimeException broken) {
            if (!isLate.get()) throw broken;
            throw new IOException(
                    "the answer to a request was not begun within "
                            + patience.toMillis()
                            + " ms; it is given up",
                    broken);
        } finally {
            watch.interrupt();
        }
    }
}

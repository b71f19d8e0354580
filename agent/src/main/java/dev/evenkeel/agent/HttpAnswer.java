// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static java.net.HttpURLConnection.HTTP_BAD_REQUEST;
import static java.net.HttpURLConnection.HTTP_NOT_FOUND;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.content.ContentFault;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpRetryException;
import java.net.HttpURLConnection;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What comes back over HTTP: told apart are a good answer, a refusal, and what is no answer of the
/// one who was asked.
record HttpAnswer(HttpURLConnection connection) {
    private static final Duration MOST_RETRY_AFTER = Duration.ofHours(1);

    int status() throws IOException {
        try {
            return connection.getResponseCode();
        } catch (HttpRetryException unauthorised) {
            return unauthorised.responseCode();
        }
    }

    /// Throws unless an answer is good and, by its form, the server's own. Returns its status.
    int requireGood() throws IOException {
        int status = status();
        String type = connection.getContentType();
        boolean isPage = type != null && type.startsWith("text/html");
        if (isPage || status / 100 == 3) {
            connection.disconnect();
            throw LinkFault.page(connection.getURL(), status);
        }
        if (status / 100 != 2) throw refusal(status);
        return status;
    }

    void requireStatus(int expected) throws IOException {
        int status = requireGood();
        if (status == expected) return;
        connection.disconnect();
        throw new IOException(
                connection.getURL().getPath()
                        + ": expected status "
                        + expected
                        + ", found "
                        + status);
    }

    /// As [#requireGood], for a file of content.
    int requireCarried(String path) throws IOException {
        if (status() == HTTP_NOT_FOUND) {
            drain();
            throw new ContentFault.NotCarried(path);
        }
        return requireGood();
    }

    void requireCarried(String path, int expected) throws IOException {
        requireCarried(path);
        requireStatus(expected);
    }

    Server.Refusal refusal(int status) throws IOException {
        String detail = detail(drain());
        return new Server.Refusal(
                status,
                retryAfter(connection.getHeaderField("Retry-After")),
                "the server answered " + status + (detail.isEmpty() ? "" : ": " + detail));
    }

    /// What the body of an error says: its detail as RFC 9457 has it, else its beginning.
    static String detail(byte[] body) {
        try {
            JsonObject problem = StrictJson.parseObject(body, Limits.MESSAGE_BYTES);
            return problem.optionalText("detail")
                    .or(() -> problem.optionalText("title"))
                    .orElse("");
        } catch (MalformedInput noProblem) {
            return new String(body, 0, Math.min(body.length, 200), UTF_8).strip();
        }
    }

    /// Seconds, as our server sends it; the other form, a date, would need a clock.
    static Duration retryAfter(@Nullable String header) {
        if (header == null || !header.strip().matches("[0-9]{1,9}")) return Duration.ZERO;
        Duration asked = Duration.ofSeconds(Long.parseLong(header.strip()));
        return asked.compareTo(MOST_RETRY_AFTER) > 0 ? MOST_RETRY_AFTER : asked;
    }

    /// Reads a short error body, so that the connection can be used again.
    byte[] drain() throws IOException {
        boolean isError = status() >= HTTP_BAD_REQUEST;
        try (InputStream error =
                isError ? connection.getErrorStream() : connection.getInputStream()) {
            return error == null ? new byte[0] : error.readNBytes(Limits.MESSAGE_BYTES);
        }
    }
}

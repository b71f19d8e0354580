// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.message.Protocol;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/// A refusal, as the caller gets to read it (RFC 9457). Thrown by handlers.
final class Problem extends RuntimeException {
    private final int status;
    private final String word;
    private final Map<String, String> headers;

    private Problem(int status, String word, String detail, Map<String, String> headers) {
        super(detail);
        this.status = status;
        this.word = word;
        this.headers = Map.copyOf(headers);
    }

    static Problem badRequest(String detail) {
        return new Problem(400, "bad-request", detail, Map.of());
    }

    static Problem unauthenticated(String detail) {
        return new Problem(
                401,
                "unauthenticated",
                detail,
                Map.of("WWW-Authenticate", "Bearer realm=\"evenkeel\""));
    }

    /// Where a device is asked for. The scheme says that no password helps.
    static Problem noCertificate(String detail) {
        return new Problem(
                401,
                "no-certificate",
                detail,
                Map.of("WWW-Authenticate", "Certificate realm=\"evenkeel\""));
    }

    static Problem tokenNeeded(String detail) {
        return new Problem(
                401,
                "unauthenticated",
                detail,
                Map.of("WWW-Authenticate", "Basic realm=\"evenkeel enrolment\""));
    }

    static Problem refusedDevice(String word, String detail) {
        return new Problem(403, word, detail, Map.of());
    }

    static Problem logInFirst() {
        return new Problem(303, "log-in-first", "log in first", Map.of("Location", "/login"));
    }

    static Problem forbidden(String detail) {
        return new Problem(403, "forbidden", detail, Map.of());
    }

    static Problem notFound(String detail) {
        return new Problem(404, "not-found", detail, Map.of());
    }

    static Problem methodNotAllowed(String allowed) {
        return new Problem(
                405, "method-not-allowed", "allowed here: " + allowed, Map.of("Allow", allowed));
    }

    static Problem timeout() {
        return new Problem(408, "timeout", "the body did not come in time", Map.of());
    }

    static Problem conflict(String word, String detail) {
        return new Problem(409, word, detail, Map.of());
    }

    static Problem tooLarge(long limitBytes) {
        return new Problem(
                413, "too-large", "the body may have " + limitBytes + " bytes here", Map.of());
    }

    static Problem protocol(String detail) {
        return new Problem(
                426,
                "protocol",
                detail,
                Map.of("Upgrade", "evenkeel/" + Protocol.VERSION, "Connection", "Upgrade"));
    }

    static Problem tooManyAttempts(int retrySeconds) {
        return new Problem(
                429,
                "too-many-attempts",
                "too many wrong secrets came from this address; try again in "
                        + retrySeconds
                        + " seconds",
                retryAfter(retrySeconds));
    }

    static Problem internal() {
        return new Problem(
                500, "internal", "a fault of the server; its log has the details", Map.of());
    }

    /// Names each caller another moment between half of `retrySeconds` and half as much again, so
    /// that those who were sent away together do not come back together.
    static Problem busy(int retrySeconds) {
        int seconds =
                ThreadLocalRandom.current().nextInt(retrySeconds / 2, retrySeconds * 3 / 2 + 1);
        return new Problem(
                503,
                "busy",
                "the server has too much to do; come again later",
                retryAfter(seconds));
    }

    static Problem unavailable(String detail) {
        return new Problem(503, "unavailable", detail, retryAfter(10));
    }

    /// The server could not write; what it was asked for did not happen.
    static Problem notKept(String detail) {
        return new Problem(503, "not-kept", detail, retryAfter(30));
    }

    static Problem fullDisk() {
        return notKept("the disk of the server is full; make room there and try again");
    }

    private static Map<String, String> retryAfter(int seconds) {
        return Map.of("Retry-After", Integer.toString(seconds));
    }

    int status() {
        return status;
    }

    Answer answer() {
        JsonObject json =
                JsonObject.of("type", "urn:evenkeel:problem:" + word)
                        .with("title", word.replace('-', ' '))
                        .with("status", status)
                        .with("detail", printable(String.valueOf(getMessage())));
        var answer =
                new Answer(
                        status,
                        Map.of("Content-Type", "application/problem+json"),
                        json.toString().getBytes(StandardCharsets.UTF_8));
        for (var header : headers.entrySet()) {
            answer = answer.with(header.getKey(), header.getValue());
        }
        return answer;
    }

    /// Canonical JSON holds no control characters, and input that is quoted back may.
    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}

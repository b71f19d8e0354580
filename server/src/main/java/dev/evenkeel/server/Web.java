// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.content.ContentFault;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.fleet.FleetException;
import dev.evenkeel.trust.TrustException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Between HTTP and the handlers: has the caller admitted, reads a bounded body, lets the handler
/// block on a virtual thread, and turns every fault into a problem without a stack trace.
final class Web {
    private static final Logger LOG = LoggerFactory.getLogger(Web.class);
    private static final long BODY_MILLIS = 30_000;
    private static final int DRAINED_BYTES = 4 << 20;
    private static final int BUSY_SECONDS = 20;

    private final Vertx vertx;
    private final ExecutorService threads;
    private final Router router;
    private final Connections connections;
    private final Semaphore atOnce;

    Web(
            Vertx vertx,
            ExecutorService threads,
            Guard guard,
            List<Route> routes,
            ServerLimits limits) {
        this.vertx = vertx;
        this.threads = threads;
        this.router = new Router(guard, routes);
        this.connections = new Connections(limits.connections());
        this.atOnce = new Semaphore(limits.requests());
    }

    List<Route> routes() {
        return router.routes();
    }

    void opened(HttpConnection connection) {
        connections.opened(connection);
    }

    void handle(HttpServerRequest http) {
        if (hasBody(http)) http.pause();
        if (connections.isSurplus(http.connection())) {
            http.response().putHeader("Connection", "close");
            refuse(http, Problem.busy(BUSY_SECONDS));
            return;
        }
        try {
            begin(http);
        } catch (RuntimeException fault) {
            refuse(http, problemOf(fault));
        }
    }

    private void begin(HttpServerRequest http) {
        Router.Admitted admitted =
                router.admit(
                        new Router.Arrival(
                                http.method().name(),
                                Optional.ofNullable(http.path()).orElse("/"),
                                Peer.of(http),
                                query(http),
                                headers(http)));
        run(http, admitted.route(), admitted.request());
    }

    private void run(HttpServerRequest http, Route route, Request request) {
        switch (route.work()) {
            case Route.Work.Streams(Route.Streamer streamer) -> streamer.stream(http, request);
            case Route.Work.Answers(int bytes, Route.Handler handler) -> {
                if (bytes == 0) answer(http, handler, request);
                else readBody(http, bytes, body -> answer(http, handler, request.with(body)));
            }
        }
    }

    private void readBody(HttpServerRequest http, int limit, Consumer<byte[]> then) {
        String told = http.getHeader("Content-Length");
        if (told != null && (told.length() > 9 || Long.parseLong(told) > limit)) {
            throw Problem.tooLarge(limit);
        }
        Buffer body = Buffer.buffer();
        var isOver = new boolean[1];
        long timer =
                vertx.setTimer(
                        BODY_MILLIS,
                        _ -> {
                            isOver[0] = true;
                            refuse(http, Problem.timeout());
                        });
        http.handler(part -> {
            if (isOver[0]) return;
            if (body.length() + part.length() > limit) {
                isOver[0] = true;
                vertx.cancelTimer(timer);
                refuse(http, Problem.tooLarge(limit));
                return;
            }
            body.appendBuffer(part);
        });
        http.exceptionHandler(_ -> {
            isOver[0] = true;
            vertx.cancelTimer(timer);
        });
        http.endHandler(_ -> {
            if (isOver[0]) return;
            isOver[0] = true;
            vertx.cancelTimer(timer);
            then.accept(body.getBytes());
        });
        http.resume();
    }

    private void answer(HttpServerRequest http, Route.Handler handler, Request request) {
        if (!atOnce.tryAcquire()) {
            refuse(http, Problem.busy(BUSY_SECONDS));
            return;
        }
        Context context = vertx.getOrCreateContext();
        try {
            threads.execute(() -> {
                Answer answer;
                try {
                    answer = handler.answer(request);
                } catch (Exception fault) {
                    answer = problemOf(fault).answer();
                } finally {
                    atOnce.release();
                }
                Answer sent = answer;
                context.runOnContext(_ -> send(http, sent));
            });
        } catch (RejectedExecutionException stopping) {
            atOnce.release();
            refuse(http, Problem.unavailable("the server is stopping"));
        }
    }

    private static boolean hasBody(HttpServerRequest http) {
        String length = http.getHeader("Content-Length");
        return http.getHeader("Transfer-Encoding") != null
                || (length != null && !length.equals("0"));
    }

    /// Refuses a request whose body may still be on its way. A little of it is let run out, so that
    /// the client gets to read the answer; then the connection ends.
    static void refuse(HttpServerRequest http, Problem problem) {
        if (http.response().ended() || http.response().closed()) return;
        send(http, problem.answer());
        if (http.isEnded()) return;
        var drained = new int[1];
        http.handler(part -> {
            drained[0] += part.length();
            if (drained[0] > DRAINED_BYTES) http.connection().close();
        });
        http.endHandler(_ -> {});
        http.resume();
    }

    static void send(HttpServerRequest http, Answer answer) {
        HttpServerResponse response = http.response();
        if (response.ended() || response.closed()) return;
        response.setStatusCode(answer.status());
        response.putHeader("Cache-Control", "no-store");
        secure(response);
        answer.headers().forEach(response::putHeader);
        if (answer.status() == 204 || answer.status() == 304) {
            response.end();
            return;
        }
        if (http.method().name().equals("HEAD")) {
            response.putHeader("Content-Length", Integer.toString(answer.body().length));
            response.end();
            return;
        }
        response.end(Buffer.buffer(answer.body()));
    }

    static void secure(HttpServerResponse response) {
        response.putHeader("X-Content-Type-Options", "nosniff");
        response.putHeader("X-Frame-Options", "DENY");
        response.putHeader("Referrer-Policy", "same-origin");
        response.putHeader(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                        + " connect-src 'self'; form-action 'self'; base-uri 'none';"
                        + " frame-ancestors 'none'");
    }

    static Problem problemOf(Throwable fault) {
        return switch (fault) {
            case Problem problem -> problem;
            case MalformedInput wrong -> Problem.badRequest(String.valueOf(wrong.getMessage()));
            case TrustException.SigningRefused refused ->
                    Problem.conflict("signing-refused", String.valueOf(refused.getMessage()));
            case TrustException untrusted ->
                    Problem.forbidden(String.valueOf(untrusted.getMessage()));
            case ContentFault wrong -> Problem.badRequest(String.valueOf(wrong.getMessage()));
            case FleetException refused -> problemOf(refused);
            default -> {
                if (FullDisk.isBehind(fault)) yield Problem.fullDisk();
                LOG.error("a request failed by a fault of the server", fault);
                yield Problem.internal();
            }
        };
    }

    private static Problem problemOf(FleetException refused) {
        String why = String.valueOf(refused.getMessage());
        return switch (refused) {
            case FleetException.Unknown _ -> Problem.notFound(why);
            case FleetException.Contradiction _ -> Problem.conflict("contradiction", why);
            case FleetException.EnrolmentRefused _ -> Problem.forbidden(why);
            case FleetException.Revoked _ -> Problem.refusedDevice("revoked", why);
            case FleetException.Quarantined _ -> Problem.refusedDevice("quarantined", why);
            case FleetException.WaitingRoomFull _ -> Problem.unavailable(why);
            case FleetException.NotKept _ -> {
                LOG.warn("{}", why);
                yield Problem.notKept(why);
            }
            case FleetException.ReplayedReport _ -> Problem.conflict("replayed-report", why);
        };
    }

    private static Map<String, String> headers(HttpServerRequest http) {
        var headers = new HashMap<String, String>();
        for (Map.Entry<String, String> header : http.headers()) {
            headers.putIfAbsent(header.getKey().toLowerCase(Locale.ROOT), header.getValue());
        }
        return headers;
    }

    private static Map<String, String> query(HttpServerRequest http) {
        String query = http.query();
        return query == null ? Map.of() : Request.pairs(query);
    }
}

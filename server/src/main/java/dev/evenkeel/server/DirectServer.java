// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.content.ContentFault;
import dev.evenkeel.content.ContentFolder;
import dev.evenkeel.core.Channel;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.message.Protocol;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server that ships, called directly: the same routes, guard, fleet, database and repository,
/// but without sockets, TLS and timers. For simulations, which bring their own time and say
/// themselves when it is time for a chore. One caller at a time.
public final class DirectServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DirectServer.class);
    private static final URI ADDRESS = URI.create("https://server:8443");
    private static final String ADDRESS_OF_CALLERS = "192.0.2.1"; // TEST-NET-1, RFC 5737

    private final ServerParts parts;
    private final Router router;
    private final List<AutoCloseable> opened;
    private final ServedBytes served = new ServedBytes();

    /// Who calls: what TLS and the header of a request would say.
    ///
    /// @param certificates of a device, its own first; empty for others
    /// @param authorization the header of that name; empty for none
    public record From(List<X509Certificate> certificates, String authorization) {
        public static final From NOBODY = new From(List.of(), "");

        public From {
            certificates = List.copyOf(certificates);
        }

        public static From device(List<X509Certificate> certificates) {
            return new From(certificates, "");
        }

        public static From operator(String token) {
            return new From(List.of(), "Bearer " + token);
        }
    }

    /// A request.
    public record Call(String method, String path, From from, byte[] body) {}

    /// An answer.
    ///
    /// @param headers under the names that the server gave them
    public record Reply(int status, Map<String, String> headers, byte[] body) {}

    private DirectServer(ServerParts parts, List<AutoCloseable> opened) {
        this.parts = parts;
        this.opened = opened;
        InstantSource clock = parts.time().clock();
        DeviceAuthority authority = parts.authority();
        var identities = new Identities(parts.fleet(), authority, clock);
        var guard =
                new Guard(
                        parts.fleet(),
                        parts.operatorToken(),
                        new Logins(clock),
                        attempts(),
                        attempts(),
                        identities);
        var routes = new ArrayList<Route>();
        routes.addAll(new DeviceApi(parts.fleet(), Protocol.SERVED, List.of()).routes());
        routes.addAll(
                new EstApi(parts.fleet(), authority, identities, guard, parts.life(), clock)
                        .routes());
        routes.addAll(new TimeApi(parts.metadata(), clock).routes());
        routes.add(ContentApi.route(DirectServer::onlyByStream));
        routes.addAll(new OperatorApi(parts.fleet(), parts.publishing(), served).routes());
        routes.addAll(
                new JoiningApi(
                                parts.fleet(),
                                parts.publishing(),
                                parts.tls().authority(),
                                () -> ADDRESS)
                        .routes());
        this.router = new Router(guard, routes);
    }

    /// Opens the data folder of a server; nobody else may work in it.
    ///
    /// @param stopwatchNanos goes on evenly with the clock
    public static DirectServer open(
            ServerOptions options, InstantSource clock, LongSupplier stopwatchNanos)
            throws IOException {
        var opened = new ArrayList<AutoCloseable>();
        try {
            var time = new ServerParts.Time(clock, stopwatchNanos);
            return new DirectServer(ServerParts.open(options, time, opened), opened);
        } catch (IOException | RuntimeException fault) {
            close(opened);
            throw fault;
        }
    }

    private Attempts attempts() {
        return new Attempts(Attempts.Limits.DEFAULT, parts.time().stopwatchNanos());
    }

    private static void onlyByStream(Object http, Request request) {
        throw new IllegalStateException("content is asked for by DirectServer.content");
    }

    public String operatorToken() {
        return parts.operatorToken();
    }

    /// Answers as over HTTP.
    public Reply call(Call call) {
        try {
            Answer answer = answer(call);
            return new Reply(answer.status(), answer.headers(), answer.body());
        } catch (IOException | RuntimeException fault) {
            Answer answer = Web.problemOf(fault).answer();
            return new Reply(answer.status(), answer.headers(), answer.body());
        }
    }

    private Answer answer(Call call) throws IOException {
        Router.Admitted admitted = admit(call.method(), call.path(), call.from());
        return switch (admitted.route().work()) {
            case Route.Work.Answers(int bytes, Route.Handler handler) -> {
                if (call.body().length > bytes) throw Problem.tooLarge(bytes);
                yield handler.answer(admitted.request().with(call.body()));
            }
            case Route.Work.Streams _ -> throw Problem.notFound("it is streamed");
        };
    }

    private Router.Admitted admit(String method, String path, From from) {
        Map<String, String> headers =
                from.authorization().isEmpty()
                        ? Map.of()
                        : Map.of("authorization", from.authorization());
        var peer = new Peer(ADDRESS_OF_CALLERS, from.certificates());
        return router.admit(new Router.Arrival(method, path, peer, Map.of(), headers));
    }

    /// A part of a file of the repository, for whom the content route is open to.
    ///
    /// @param path as in `/content/v1/{fleet}/{path}`
    /// @throws ContentFault.NotCarried when there is no such file
    public InputStream content(From caller, String path, long from, long length)
            throws IOException {
        Request request = admitToContent(caller, path);
        served.add(request.caller(), path.substring(0, path.indexOf('/')), length);
        return parts.content().open(path, from, length);
    }

    /// The whole of a small file of the repository.
    ///
    /// @throws ContentFault.NotCarried when there is no such file
    public byte[] content(From from, String path, int maxBytes) throws IOException {
        Request request = admitToContent(from, path);
        ContentFolder folder = parts.content();
        byte[] bytes = folder.fetch(path, maxBytes);
        served.add(request.caller(), path.substring(0, path.indexOf('/')), bytes.length);
        return bytes;
    }

    private Request admitToContent(From from, String path) {
        return admit("GET", "/content/v1/" + parts.fleet().id() + "/" + path, from).request();
    }

    /// Takes up an unpacked release folder, as the upload route does once it has unpacked one.
    public JsonObject publish(Path release, Channel channel) throws IOException {
        return Views.release(parts.publishing().publish(release, channel).release());
    }

    /// What a running server does every second: writes what waits.
    public void flush() {
        parts.fleet().flush();
    }

    /// What a running server does every ten minutes: signs what ages.
    public void renew() throws IOException {
        parts.renew();
    }

    /// What a running server does every hour: forgets what is old.
    public void forgetOld() {
        parts.fleet().forgetOld();
    }

    /// Ends as if the process was killed: what waited to be written is lost.
    public void kill() {
        close(opened);
    }

    /// Ends in order.
    @Override
    public void close() {
        parts.fleet().flush();
        close(opened);
    }

    private static void close(List<AutoCloseable> opened) {
        for (AutoCloseable part : opened.reversed()) {
            try {
                part.close();
            } catch (Exception fault) {
                LOG.warn("a part of the server did not close: {}", fault.getMessage());
            }
        }
        opened.clear();
    }
}

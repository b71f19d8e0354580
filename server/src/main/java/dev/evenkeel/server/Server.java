// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.content.ContentFolder;
import dev.evenkeel.core.message.Protocol;
import dev.evenkeel.fleet.FactoryAuthority;
import dev.evenkeel.fleet.Fleet;
import dev.evenkeel.fleet.FleetException;
import dev.evenkeel.fleet.sql.SqliteFleets;
import dev.evenkeel.server.delta.DeltaQueue;
import dev.evenkeel.trust.MetadataPublisher;
import dev.evenkeel.trust.SigningKeys;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running server. The parts are put together in [#start], top to bottom; [#close] stops them in
/// the other direction and loses nothing that was acknowledged. Neither would a kill.
public final class Server implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);
    private static final long FLUSH_MILLIS = 1_000;
    private static final long RENEW_MILLIS = 600_000;
    private static final long FORGET_MILLIS = 3_600_000;
    private static final long RELOAD_MILLIS = 10_000;
    private static final int IDLE_SECONDS = 60;
    private static final int HEADER_BYTES = 32 << 10;
    private static final int STOP_SECONDS = 10;

    private final Vertx vertx;
    private final ExecutorService threads;
    private final HttpServer http;
    private final Fleet fleet;
    private final SqliteFleets database;
    private final DeltaQueue deltas;
    private final DataFolder data;
    private final TlsIdentity tls;
    private final String operatorToken;
    private final TrustFacts trust;
    private final URI address;
    private final List<Route> routes;

    private Server(
            Vertx vertx,
            ExecutorService threads,
            HttpServer http,
            Fleet fleet,
            SqliteFleets database,
            DeltaQueue deltas,
            DataFolder data,
            TlsIdentity tls,
            String operatorToken,
            TrustFacts trust,
            URI address,
            List<Route> routes) {
        this.vertx = vertx;
        this.threads = threads;
        this.http = http;
        this.fleet = fleet;
        this.database = database;
        this.deltas = deltas;
        this.data = data;
        this.tls = tls;
        this.operatorToken = operatorToken;
        this.trust = trust;
        this.address = address;
        this.routes = routes;
    }

    /// Starts a server; on return it answers.
    public static Server start(ServerOptions options) throws IOException {
        return start(options, Clock.systemUTC(), ServerLimits.DEFAULT);
    }

    static Server start(ServerOptions options, InstantSource clock, ServerLimits limits)
            throws IOException {
        var opened = new ArrayList<AutoCloseable>();
        try {
            return start(options, clock, limits, opened);
        } catch (IOException | RuntimeException fault) {
            for (AutoCloseable part : opened.reversed()) closeQuietly(part);
            throw fault;
        }
    }

    private static Server start(
            ServerOptions options,
            InstantSource clock,
            ServerLimits limits,
            List<AutoCloseable> opened)
            throws IOException {
        ServerParts parts = ServerParts.open(options, ServerParts.Time.by(clock), opened);
        DataFolder data = parts.data();
        TlsIdentity tls = parts.tls();
        DeviceAuthority authority = parts.authority();
        SigningKeys keys = parts.keys();
        MetadataPublisher metadata = parts.metadata();
        Fleet fleet = parts.fleet();
        ContentFolder content = parts.content();
        Publishing publishing = parts.publishing();

        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        opened.add(threads::shutdownNow);
        Vertx vertx = vertx(data);
        opened.add(() -> vertx.close().toCompletionStage().toCompletableFuture().join());

        publishing.reconcile();
        DeltaQueue deltas = DeltaQueue.start(deltaParts(parts), options.deltas());
        opened.add(deltas);
        fleet.await(deltas);
        var trust = new TrustFacts(metadata, clock);
        var served = new ServedBytes();
        var logins = new Logins(clock);
        var identities = new Identities(fleet, authority, clock);
        var guard =
                new Guard(fleet, parts.operatorToken(), logins, attempts(), attempts(), identities);
        var live = new LiveEvents(vertx, fleet, limits);
        var address = new AddressAfterStart(options.listen());

        var routes = new ArrayList<Route>();
        routes.addAll(new DeviceApi(fleet, Protocol.SERVED, options.mirrors()).routes());
        routes.addAll(
                new EstApi(fleet, authority, identities, guard, parts.life(), clock).routes());
        routes.addAll(new TimeApi(metadata, clock).routes());
        routes.addAll(new ContentApi(vertx, content, served, threads, limits).routes());
        routes.addAll(new OperatorApi(fleet, publishing, served).routes());
        routes.addAll(new BudgetApi(fleet, served).routes());
        routes.addAll(new DeltaApi(fleet, deltas).routes());
        routes.addAll(new ReleaseUpload(vertx, threads, publishing, data.incoming()).routes());
        routes.addAll(new JoiningApi(fleet, publishing, tls.authority(), address::uri).routes());
        routes.addAll(new StatusApi(fleet, served, trust, clock.instant()).routes());
        routes.addAll(new TrustApi(fleet, metadata, publishing, keys, trust, clock).routes());
        routes.addAll(new VersionRules(fleet, metadata, clock, data.repository()).routes());
        routes.addAll(live.routes());
        routes.addAll(
                new ConsoleApi(fleet, publishing, deltas, trust, guard, logins, clock).routes());

        var web = new Web(vertx, threads, guard, routes, limits);
        var certificates = new ServerCertificates(tls, options.certificate());
        HttpServer http =
                listen(vertx, web, certificates, () -> knownIssuers(authority, fleet), options);
        address.is(http.actualPort());
        data.tell(address.uri());
        keepUp(vertx, threads, parts);
        every(RELOAD_MILLIS, vertx, threads, certificates::reload);
        return new Server(
                vertx,
                threads,
                http,
                fleet,
                parts.database(),
                deltas,
                data,
                tls,
                parts.operatorToken(),
                trust,
                address.uri(),
                web.routes());
    }

    private static DeltaQueue.Parts deltaParts(ServerParts parts) {
        return new DeltaQueue.Parts(
                parts.fleet(),
                parts.content(),
                parts.metadata(),
                parts.publishing()::manifest,
                parts.data().deltas(),
                parts.time().clock(),
                parts.time().stopwatchNanos());
    }

    private static Attempts attempts() {
        return new Attempts(Attempts.Limits.DEFAULT, System::nanoTime);
    }

    /// Where it listens, known only once it does.
    private static final class AddressAfterStart {
        private final String host;
        private volatile int port;

        AddressAfterStart(String listen) {
            boolean isEverywhere = listen.equals("0.0.0.0") || listen.equals("::");
            this.host = isEverywhere ? "127.0.0.1" : listen;
        }

        void is(int actual) {
            port = actual;
        }

        URI uri() {
            return URI.create(
                    "https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
        }
    }

    private static Vertx vertx(DataFolder data) {
        var files =
                new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)
                        .setFileCacheDir(data.incoming().resolve(".vertx").toString());
        return Vertx.vertx(new VertxOptions().setFileSystemOptions(files).setEventLoopPoolSize(2));
    }

    /// Who may have issued a certificate that is good here.
    private static Collection<X509Certificate> knownIssuers(
            DeviceAuthority authority, Fleet fleet) {
        var issuers = new ArrayList<>(authority.chain());
        for (FactoryAuthority factory : fleet.factories().list()) {
            try {
                issuers.addAll(Pem.certificates(factory.certificate()));
            } catch (CertificateException broken) {
                LOG.warn("factory authority {}: {}", factory.fingerprint(), broken.getMessage());
            }
        }
        return issuers;
    }

    private static HttpServer listen(
            Vertx vertx,
            Web web,
            ServerCertificates certificates,
            Supplier<Collection<X509Certificate>> clientIssuers,
            ServerOptions options)
            throws IOException {
        var settings =
                new HttpServerOptions()
                        .setSsl(true)
                        .setUseAlpn(false)
                        .setIdleTimeout(IDLE_SECONDS)
                        .setMaxHeaderSize(HEADER_BYTES)
                        .setSni(true)
                        .setSslEngineOptions(ServerTls.engine())
                        .setTrustOptions(ServerTls.clients(clientIssuers))
                        .setKeyCertOptions(
                                ServerTls.keys(certificates::toDevices, certificates::toPeople));
        settings.setEnabledSecureTransportProtocols(Set.of("TLSv1.3"));
        try {
            return vertx.createHttpServer(settings)
                    .connectionHandler(web::opened)
                    .requestHandler(web::handle)
                    .listen(options.port(), options.listen())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException refused) {
            throw new IOException(
                    "cannot listen at "
                            + options.listen()
                            + " port "
                            + options.port()
                            + ": "
                            + refused.getMessage(),
                    refused);
        }
    }

    /// What has to be done every now and then: write what waits, sign what ages, forget what is
    /// old.
    private static void keepUp(Vertx vertx, ExecutorService threads, ServerParts parts) {
        every(FLUSH_MILLIS, vertx, threads, parts.fleet()::flush);
        every(FORGET_MILLIS, vertx, threads, parts.fleet()::forgetOld);
        every(RENEW_MILLIS, vertx, threads, parts::renew);
    }

    @FunctionalInterface
    private interface Chore {
        void run() throws IOException;
    }

    private static void every(long millis, Vertx vertx, ExecutorService threads, Chore chore) {
        vertx.setPeriodic(
                millis,
                timer -> {
                    try {
                        threads.execute(() -> quietly(chore));
                    } catch (RejectedExecutionException stopping) {
                        vertx.cancelTimer(timer);
                    }
                });
    }

    /// What fails is tried again at the next turn.
    private static void quietly(Chore chore) {
        try {
            chore.run();
        } catch (FleetException.NotKept fault) {
            LOG.warn("{}", fault.getMessage());
        } catch (IOException | RuntimeException fault) {
            if (FullDisk.isBehind(fault)) LOG.warn("the disk is full: {}", fault.getMessage());
            else LOG.error("a chore of the server failed and will be tried again", fault);
        }
    }

    /// `https://host:port` as it is reached from this machine.
    public URI address() {
        return address;
    }

    public int port() {
        return http.actualPort();
    }

    /// Bearer token of the operator API, and what the console asks for.
    public String operatorToken() {
        return operatorToken;
    }

    /// The authority that devices and operators trust, DER.
    public byte[] certificate() {
        return tls.authority();
    }

    /// The same as a PEM file.
    public Path certificateFile() {
        return tls.authorityFile();
    }

    /// Whether releases are signed with keys that were made at the first start and guard nothing.
    public boolean isDevelopment() {
        return trust.isDevelopment();
    }

    List<Route> routes() {
        return routes;
    }

    /// Serves until the process is told to stop, then stops cleanly.
    public void serveUntilStopped() throws InterruptedException {
        var stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    close();
                                    stopped.countDown();
                                },
                                "stop"));
        stopped.await();
    }

    /// Ends what is under way, writes what waits, and stops.
    @Override
    public void close() {
        http.close().toCompletionStage().toCompletableFuture().join();
        deltas.close();
        threads.shutdown();
        try {
            if (!threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) threads.shutdownNow();
        } catch (InterruptedException interrupted) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
        vertx.close().toCompletionStage().toCompletableFuture().join();
        fleet.flush();
        database.close();
        closeQuietly(data);
    }

    private static void closeQuietly(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception fault) {
            LOG.warn("a part of the server did not close: {}", fault.getMessage());
        }
    }
}

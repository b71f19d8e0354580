// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab.soak;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.server.DirectServer;
import dev.evenkeel.server.ServerOptions;
import dev.evenkeel.server.delta.DeltaOptions;
import dev.evenkeel.testkit.BuiltRelease;
import dev.evenkeel.testkit.Repository;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The server of the soak, which is there most of the time: stopped, killed and opened again from
/// its disk, and held to what it acknowledged.
final class SoakServer {
    /// Between two writes of what waits. A running server does it every second: a kill costs more
    /// here.
    private static final Duration FLUSH = Duration.ofSeconds(60);

    /// An hour. A running server looks every ten minutes whether something has to be signed anew;
    /// that reads and verifies all metadata, which is most of what an idle server does.
    private static final int HOURLY = 60;

    private static final int MOST_BYTES = 64 << 20;

    private final SharedTime time;
    private final Tally tally;
    private final ServerOptions options;
    private final Acknowledged acknowledged = new Acknowledged();
    private @Nullable DirectServer server;
    private int generation;
    private Duration upSince = Duration.ZERO;

    SoakServer(SoakOptions soak, SharedTime time, Tally tally) {
        this.time = time;
        this.tally = tally;
        this.options =
                ServerOptions.in(soak.folder().resolve("server"))
                        .withFleet(BuiltRelease.FLEET)
                        // when one is ready would decide what is fetched
                        .withDeltas(DeltaOptions.DEFAULT.withEnabled(false))
                        .withPollSeconds(soak.pollSeconds());
    }

    Path data() {
        return options.data();
    }

    void open() throws IOException {
        server = DirectServer.open(options, time::instant, () -> time.now().toNanos());
        upSince = time.now();
        List<String> missing = acknowledged.missingIn(this);
        for (String one : missing) {
            tally.broken(Moment.of(time.now()) + ": after its restart the server has lost " + one);
        }
    }

    void stop(boolean inOrder) {
        DirectServer open = server;
        if (open == null) return;
        server = null;
        generation++;
        if (inOrder) open.close();
        else open.kill();
    }

    /// Grows with every stop: what was under way with an earlier one broke off.
    int generation() {
        return generation;
    }

    boolean isUp() {
        return server != null;
    }

    Duration upSince() {
        return upSince;
    }

    Acknowledged acknowledged() {
        return acknowledged;
    }

    DirectServer up() throws ConnectException {
        DirectServer open = server;
        if (open == null) throw new ConnectException("nobody listens there");
        return open;
    }

    /// As an operator.
    JsonObject get(String path) {
        return call("GET", path, new byte[0]);
    }

    JsonObject post(String path, JsonObject body) {
        return call("POST", path, body.toCanonicalBytes());
    }

    /// The bytes of a provisioning record for one more device.
    byte[] provision() {
        JsonObject wanted =
                JsonObject.of("device_type", BuiltRelease.TYPE.text())
                        .with("valid_seconds", Duration.ofDays(30).toSeconds());
        return exchange("POST", "/api/v1/provisioning", wanted.toCanonicalBytes());
    }

    void publish(SoakRelease release) throws IOException {
        up().publish(release.built.folder(), Repository.CHANNEL);
        acknowledged.published(release.version());
    }

    private JsonObject call(String method, String path, byte[] body) {
        return StrictJson.parseObject(exchange(method, path, body), MOST_BYTES);
    }

    private byte[] exchange(String method, String path, byte[] body) {
        try {
            DirectServer open = up();
            DirectServer.Reply reply =
                    open.call(
                            new DirectServer.Call(
                                    method,
                                    path,
                                    DirectServer.From.operator(open.operatorToken()),
                                    body));
            if (reply.status() / 100 == 2) return reply.body();
            throw new IllegalStateException(
                    method + " " + path + ": " + new String(reply.body(), UTF_8));
        } catch (ConnectException down) {
            throw new IllegalStateException(method + " " + path + ": the server is down", down);
        }
    }

    /// What a running server does by itself, every now and then.
    void doChores(SharedTime.Turn turn) {
        for (int count = 1; ; count++) {
            turn.sleep(FLUSH);
            DirectServer open = server;
            if (open == null) continue;
            try {
                open.flush();
                if (count % HOURLY != 0) continue;
                open.renew();
                open.forgetOld();
            } catch (IOException failed) {
                tally.broken(Moment.of(time.now()) + ": a chore of the server: " + failed);
            }
        }
    }
}

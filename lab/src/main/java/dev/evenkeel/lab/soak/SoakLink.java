// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab.soak;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.agent.Server;
import dev.evenkeel.content.ContentFault;
import dev.evenkeel.content.ContentSource;
import dev.evenkeel.core.Dsse;
import dev.evenkeel.core.message.Assignment;
import dev.evenkeel.core.message.BootReport;
import dev.evenkeel.core.message.CheckIn;
import dev.evenkeel.core.message.CheckInAnswer;
import dev.evenkeel.server.DirectServer;
import dev.evenkeel.testkit.BuiltRelease;
import dev.evenkeel.trust.DeviceCertificate;
import dev.evenkeel.trust.MetadataSource;
import dev.evenkeel.trust.PrivateKey;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// One device's way to the server: messages as bytes, as over HTTPS, and content at the pace of a
/// slow link. It loses requests and answers, breaks off in the middle, and is down for hours.
final class SoakLink implements Server {
    /// Somebody has to approve it first.
    private static final int ACCEPTED = 202;

    private static final int PIECE_BYTES = 8 << 10;
    private static final String API = "/device/v1/" + BuiltRelease.FLEET + "/devices/";
    private static final String EST = "/.well-known/est/" + BuiltRelease.FLEET + "/";

    private final SoakDevice device;
    private final SoakServer server;
    private final Tally tally;
    private final Chance chance;
    private final double loss;
    private final long bytesPerSecond;
    private Duration downUntil = Duration.ZERO;
    private final String token;
    private String id = "";
    private DirectServer.From from = DirectServer.From.NOBODY;
    private Optional<Assignment> assignment = Optional.empty();

    SoakLink(
            SoakDevice device,
            SoakServer server,
            Tally tally,
            Chance chance,
            double loss,
            String token) {
        this.token = token;
        this.device = device;
        this.server = server;
        this.tally = tally;
        this.chance = chance;
        this.loss = loss;
        this.bytesPerSecond = 2_000L << chance.random().nextInt(6);
    }

    void downUntil(Duration then) {
        if (then.compareTo(downUntil) > 0) downUntil = then;
    }

    /// The calm begins.
    void up() {
        downUntil = Duration.ZERO;
    }

    boolean isDown() {
        return device.now().compareTo(downUntil) < 0;
    }

    /// When the link came back last; may lie ahead.
    Duration upSince() {
        return downUntil;
    }

    @Override
    public void signIn(PrivateKey key, DeviceCertificate certificate) {
        id = certificate.name().device().text();
        from = DirectServer.From.device(certificate.chain());
    }

    @Override
    public DeviceCertificate enrol(byte[] request) throws IOException {
        var given = certificate("simpleenroll", withToken(), request);
        server.acknowledged().enrolled(given.name().device());
        device.enrolled(given.name().device());
        return given;
    }

    @Override
    public DeviceCertificate renew(byte[] request) throws IOException {
        var given = certificate("simplereenroll", from, request);
        device.enrolled(given.name().device());
        return given;
    }

    /// As over HTTPS: RFC 7030, 4.2.
    private DeviceCertificate certificate(
            String operation, DirectServer.From caller, byte[] request) throws IOException {
        byte[] answer = post(EST + operation, caller, Base64.getEncoder().encode(request));
        return DeviceCertificate.readCertsOnly(Base64.getMimeDecoder().decode(answer));
    }

    private DirectServer.From withToken() {
        byte[] basic = ("device:" + token).getBytes(UTF_8);
        return new DirectServer.From(
                List.of(), "Basic " + Base64.getEncoder().encodeToString(basic));
    }

    @Override
    public CheckInAnswer checkIn(CheckIn checkIn) throws IOException {
        tally.checkIns++;
        var answer = CheckInAnswer.read(post(API + id + "/check-in", from, checkIn.toBytes()));
        assignment = answer.assignment();
        device.heard(assignment);
        return answer;
    }

    @Override
    public void report(byte[] envelope) throws IOException {
        BootReport report = BootReport.read(Dsse.read(envelope).payload());
        post(API + id + "/boot-reports", from, envelope);
        tally.reports++;
        server.acknowledged().reported(report);
        device.reported(report);
    }

    private byte[] post(String path, DirectServer.From caller, byte[] body) throws IOException {
        DirectServer.Reply reply =
                exchange(up -> up.call(new DirectServer.Call("POST", path, caller, body)));
        if (reply.status() / 100 == 2 && reply.status() != ACCEPTED) return reply.body();
        String said = new String(reply.body(), UTF_8);
        boolean isFault = reply.status() >= 500 || said.contains("two-holders");
        if (isFault) device.broken("the server answered " + path + " with " + said);
        String retry = reply.headers().getOrDefault("Retry-After", "0");
        throw new Refusal(reply.status(), Duration.ofSeconds(Long.parseLong(retry)), said);
    }

    private interface Exchange<T> {
        T with(DirectServer server) throws IOException;
    }

    private <T> T exchange(Exchange<T> exchange) throws IOException {
        requireUp();
        boolean isLost = !device.isCalm() && chance.happens(loss);
        if (isLost) tally.lostRequests++;
        if (isLost && chance.random().nextBoolean()) throw new IOException("the request was lost");
        T answer = exchange.with(server.up());
        if (isLost) throw new IOException("the answer was lost");
        return answer;
    }

    private void requireUp() throws IOException {
        if (isDown()) throw new IOException("there is no way to the server's network");
    }

    @Override
    public MetadataSource metadata() {
        return (name, maxBytes) -> {
            try {
                return Optional.of(exchange(up -> up.content(from, "metadata/" + name, maxBytes)));
            } catch (ContentFault.NotCarried absent) {
                return Optional.empty();
            }
        };
    }

    @Override
    public ContentSource content() {
        return new ContentSource() {
            @Override
            public byte[] fetch(String path, int maxBytes) throws IOException {
                return exchange(up -> up.content(from, path, maxBytes));
            }

            @Override
            public InputStream open(String path, long start, long length) throws IOException {
                if (path.startsWith("packs/")) device.fetches(assignment, path, start, length);
                return new SlowStream(
                        path, start, exchange(up -> up.content(from, path, start, length)));
            }
        };
    }

    /// Bytes take their time, in which the link or the server may go.
    private final class SlowStream extends FilterInputStream {
        private final int generation = server.generation();
        private final String path;
        private final long from;
        private long at;

        SlowStream(String path, long from, InputStream in) {
            super(in);
            this.path = path;
            this.from = from;
            this.at = from;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = super.read(into, offset, Math.min(length, PIECE_BYTES));
            if (count <= 0) return count;
            device.pass(Duration.ofMillis(1 + count * 1_000L / bytesPerSecond));
            if (isDown() || server.generation() != generation) {
                throw new IOException("the connection broke in the middle of an answer");
            }
            tally.payloadBytes += count;
            at += count;
            device.came(path, from, at);
            return count;
        }

        @Override
        public long skip(long count) throws IOException {
            // gaps between wanted frames cross the link too
            var gap = new byte[(int) Math.min(count, PIECE_BYTES)];
            return Math.max(0, read(gap, 0, gap.length));
        }
    }
}

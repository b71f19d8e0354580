// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.content.Chunk;
import dev.evenkeel.content.ChunkIndex;
import dev.evenkeel.content.ContentSource;
import dev.evenkeel.content.FetchPlan;
import dev.evenkeel.content.Frame;
import dev.evenkeel.content.Locations;
import dev.evenkeel.content.RangeReader;
import dev.evenkeel.content.Unfinished;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.HardwareUrn;
import dev.evenkeel.testkit.BuiltRelease;
import dev.evenkeel.testkit.ContentOnly;
import dev.evenkeel.trust.CertificateRequest;
import dev.evenkeel.trust.DeviceCertificate;
import dev.evenkeel.trust.PrivateKey;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// 100 MB in 5,000 chunks that lie scattered in a pack, from the real server over TLS: how many
/// requests that takes.
class RequestsTest {
    private static final int CHUNKS = 5_000;
    private static final int CHUNK_BYTES = 20_000;

    @TempDir Path folder;

    private final PrivateKey key = PrivateKey.generate();
    private int requests;

    @Test
    void a_step_of_a_hundred_megabytes_in_scattered_chunks_takes_tens_of_requests()
            throws Exception {
        try (var site = new Site(folder, 900_000)) {
            Scattered pack = scattered(site.repository());
            HttpsServer server = enrolled(site);
            URI content = site.address().resolve("/content/v1/" + BuiltRelease.FLEET + "/");
            var carrier =
                    new HttpCarrier(
                            content,
                            uri -> {
                                requests++;
                                return server.open(uri);
                            },
                            Duration.ofMinutes(1));
            Duration inTurn = fetch(pack, oneSpanEach(carrier));
            int before = requests;
            requests = 0;
            Duration together = fetch(pack, carriers(carrier));
            System.out.printf(
                    "%d chunks, %d bytes: %d requests in %d ms; one for each range: %d in %d ms%n",
                    CHUNKS,
                    pack.plan().bytes(),
                    requests,
                    together.toMillis(),
                    before,
                    inTurn.toMillis());
            assertThat(pack.plan().bytes()).isGreaterThan(100_000_000);
            assertThat(before).isEqualTo(CHUNKS);
            assertThat(requests).isLessThan(60);
        }
    }

    /// @param plan of all its chunks
    private record Scattered(ChunkIndex index, FetchPlan plan) {}

    private static Scattered scattered(Path repository) throws Exception {
        Path packs = repository.resolve("packs");
        Path file = packs.resolve("being-made");
        var chunks = new ArrayList<Chunk>();
        var places = new ArrayList<Locations.Place>();
        var random = new SplittableRandom(1);
        MessageDigest image = MessageDigest.getInstance("SHA-256");
        MessageDigest pack = MessageDigest.getInstance("SHA-256");
        long size = 8;
        try (OutputStream out =
                new DigestOutputStream(
                        new BufferedOutputStream(Files.newOutputStream(file)), pack)) {
            out.write(new byte[8]);
            for (int i = 0; i < CHUNKS; i++) {
                byte[] raw = new byte[CHUNK_BYTES];
                random.nextBytes(raw);
                image.update(raw);
                byte[] frame = Frame.pack(raw);
                chunks.add(Frame.describe(raw, frame));
                places.add(new Locations.Place(0, size));
                byte[] anothers = new byte[CHUNK_BYTES];
                out.write(frame);
                out.write(anothers);
                size += frame.length + anothers.length;
            }
        }
        Digest name = Digest.ofRaw(pack.digest());
        Files.move(file, packs.resolve(name.hex()));
        var index =
                new ChunkIndex((long) CHUNKS * CHUNK_BYTES, Digest.ofRaw(image.digest()), chunks);
        var locations =
                new Locations(
                        index.file().digest(), List.of(new Locations.Pack(name, size)), places);
        var all = new BitSet();
        all.set(0, CHUNKS);
        return new Scattered(index, FetchPlan.of(index, locations, all));
    }

    private HttpsServer enrolled(Site site) throws IOException {
        var server = new HttpsServer(site.provisioning(site.address()));
        var hardware = new HardwareUrn(BuiltRelease.FLEET, BuiltRelease.TYPE, 1);
        DeviceCertificate certificate = server.enrol(CertificateRequest.write(key, hardware));
        server.signIn(key, certificate);
        return server;
    }

    private static Duration fetch(Scattered pack, ContentSource source) throws IOException {
        long begin = System.nanoTime();
        var ahead = new ArrayDeque<FetchPlan.Range>(pack.plan().ranges());
        var unfinished = new Unfinished();
        int next = 0;
        while (!ahead.isEmpty()) {
            try (var reader = RangeReader.open(source, ahead, pack.index(), unfinished)) {
                for (Optional<RangeReader.Arrived> one = reader.next();
                        one.isPresent();
                        one = reader.next()) {
                    assertThat(one.get().chunk()).isEqualTo(next++);
                }
            }
        }
        assertThat(next).isEqualTo(CHUNKS);
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /// As it was before carriers were asked for several spans at once.
    private static ContentSource oneSpanEach(ContentSource carrier) {
        return new ContentSource() {
            @Override
            public byte[] fetch(String path, int maxBytes) throws IOException {
                return carrier.fetch(path, maxBytes);
            }

            @Override
            public InputStream open(String path, long from, long length) throws IOException {
                return carrier.open(path, from, length);
            }
        };
    }

    private static Carriers carriers(ContentSource content) {
        return new Carriers(
                new ContentOnly() {
                    @Override
                    public ContentSource content() {
                        return content;
                    }
                },
                List::of,
                Clock.ofThisMachine(),
                new Random(1),
                new Log(System.err));
    }
}

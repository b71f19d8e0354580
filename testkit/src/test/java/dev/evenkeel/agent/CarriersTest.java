// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.content.ContentFault;
import dev.evenkeel.content.ContentSource;
import dev.evenkeel.core.message.ContentMirror;
import dev.evenkeel.testkit.ContentOnly;
import dev.evenkeel.testkit.SimulatedClock;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Mirrors that fail, lie, lack files or trickle, and a clock that only reading moves.
class CarriersTest {
    private static final String PACK = "packs/one";
    private static final byte[] FILE = file();

    private final SimulatedClock clock = new SimulatedClock();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final Fake server = new Fake();
    private final Fake first = new Fake();
    private final Fake second = new Fake();
    private final Map<ContentMirror, Fake> mirrors = new LinkedHashMap<>();
    private final Carriers carriers =
            new Carriers(
                    new Told(),
                    () -> List.copyOf(mirrors.keySet()),
                    clock,
                    new Random(1),
                    new Log(new PrintStream(log, true, UTF_8)));

    private static byte[] file() {
        var bytes = new byte[400_000];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private void withTwoMirrors() {
        mirrors.put(ContentMirror.parse("http://first.example/a"), first);
        mirrors.put(ContentMirror.parse("http://second.example/"), second);
    }

    private String log() {
        return log.toString(UTF_8);
    }

    private byte[] read(int from, int length) throws IOException {
        try (InputStream in = carriers.open(PACK, from, length)) {
            return in.readAllBytes();
        }
    }

    private void assertBrings(int from, int length) throws IOException {
        assertThat(read(from, length)).isEqualTo(Arrays.copyOfRange(FILE, from, from + length));
    }

    @Test
    void mirrors_are_asked_first_but_only_for_what_is_named_by_its_digest() throws IOException {
        withTwoMirrors();
        assertBrings(10, 1_000);
        assertThat(first.sent).isEqualTo(1_000);
        assertThat(server.sent).isZero();

        carriers.fetch("locations/x", FILE.length);
        try (InputStream in = carriers.open("targets/x.json", 0, 10)) {
            assertThat(in.readAllBytes()).hasSize(10);
        }
        assertThat(server.sent).isEqualTo(FILE.length + 10);
        assertThat(first.sent).isEqualTo(1_000);
    }

    @Test
    void where_one_breaks_off_the_next_goes_on_and_no_byte_comes_twice() throws IOException {
        withTwoMirrors();
        first.breaksAfter = 30_000;
        second.endsAfter = 50_000;
        assertBrings(0, 300_000);
        assertThat(List.of(first.sent, second.sent, server.sent))
                .containsExactly(30_000L, 50_000L, 220_000L);
        assertThat(log())
                .contains("carrier http://first.example/a/ is not asked for")
                .contains("cable cut; going on with http://second.example/")
                .contains("ended early; going on with the server");
    }

    @Test
    void several_spans_go_on_in_the_middle_of_one() throws IOException {
        withTwoMirrors();
        first.breaksAfter = 150;
        List<ContentSource.Span> spans =
                List.of(new ContentSource.Span(0, 100), new ContentSource.Span(5_000, 100));
        try (InputStream in = carriers.open(PACK, spans)) {
            byte[] came = in.readAllBytes();
            assertThat(Arrays.copyOf(came, 100)).isEqualTo(Arrays.copyOf(FILE, 100));
            assertThat(Arrays.copyOfRange(came, 100, 200))
                    .isEqualTo(Arrays.copyOfRange(FILE, 5_000, 5_100));
        }
        assertThat(first.sent + second.sent).isEqualTo(200);
    }

    @Test
    void a_mirror_that_failed_rests_longer_each_time_and_is_preferred_again() throws IOException {
        withTwoMirrors();
        first.onOpen = Optional.of(new IOException("no route to host"));
        assertBrings(0, 10);
        assertBrings(0, 10);
        assertThat(first.opened).isEqualTo(1);
        clock.advance(Duration.ofSeconds(30));
        assertBrings(0, 10);
        assertThat(first.opened).isEqualTo(2);
        clock.advance(Duration.ofSeconds(29));
        assertBrings(0, 10);
        assertThat(first.opened).isEqualTo(2);
        clock.advance(Duration.ofSeconds(31));
        first.onOpen = Optional.empty();
        assertBrings(0, 10);
        assertThat(first.sent).isEqualTo(10);
    }

    @Test
    void a_busy_mirror_is_not_asked_before_the_time_that_it_said() throws IOException {
        withTwoMirrors();
        first.onOpen = Optional.of(new Server.Refusal(503, Duration.ofMinutes(20), "busy"));
        assertBrings(0, 10);
        clock.advance(Duration.ofMinutes(19));
        assertBrings(0, 10);
        assertThat(first.opened).isEqualTo(1);
        clock.advance(Duration.ofMinutes(7));
        assertBrings(0, 10);
        assertThat(first.opened).isEqualTo(2);
    }

    @Test
    void a_mirror_without_a_file_is_asked_for_others() throws IOException {
        withTwoMirrors();
        first.lacks = PACK;
        assertBrings(0, 10);
        assertBrings(0, 10);
        assertThat(first.opened).isEqualTo(1);
        try (InputStream in = carriers.open("packs/two", 0, 5)) {
            in.readAllBytes();
        }
        assertThat(first.sent).isEqualTo(5);
        clock.advance(Duration.ofMinutes(11));
        first.lacks = "";
        assertBrings(0, 10);
        assertThat(first.sent).isEqualTo(15);
    }

    @Test
    void what_nobody_has_is_told_as_the_server_tells_it() {
        withTwoMirrors();
        for (Fake one : List.of(first, second, server)) one.lacks = PACK;
        assertThatThrownBy(() -> read(0, 10)).isInstanceOf(ContentFault.NotCarried.class);
        var busy = new Server.Refusal(503, Duration.ofMinutes(3), "busy");
        server.onOpen = Optional.of(busy);
        assertThatThrownBy(() -> read(0, 10)).isSameAs(busy);
    }

    @Test
    void a_lying_carrier_is_named_and_set_aside() throws IOException {
        withTwoMirrors();
        assertBrings(0, 10);
        carriers.wasWrong(PACK, "frame of chunk 12ab: wrong");
        assertThat(log())
                .contains("carrier http://first.example/a/ brought wrong bytes")
                .contains("frame of chunk 12ab: wrong");
        clock.advance(Duration.ofMinutes(29));
        assertBrings(0, 10);
        assertThat(first.sent).isEqualTo(10);
        clock.advance(Duration.ofMinutes(32));
        assertBrings(0, 10);
        assertThat(first.sent).isEqualTo(20);
    }

    @Test
    void a_piece_that_came_in_two_is_the_fault_of_the_mirror_not_of_the_server()
            throws IOException {
        mirrors.put(ContentMirror.parse("http://first.example/a"), first);
        first.breaksAfter = 10;
        server.breaksAfter = 10;
        assertThatThrownBy(() -> read(0, 100)).hasMessageContaining("cable cut");
        server.breaksAfter = Long.MAX_VALUE;
        assertBrings(20, 80);
        carriers.wasWrong(PACK, "wrong");
        assertThat(log()).contains("carrier http://first.example/a/ brought wrong bytes");
    }

    @Test
    void a_mirror_that_trickles_is_given_up_for_one_that_was_faster() throws IOException {
        server.bytesPerSecond = 500_000;
        assertBrings(0, 200_000);
        withTwoMirrors();
        mirrors.remove(ContentMirror.parse("http://second.example/"));
        first.bytesPerSecond = 100_000;
        assertBrings(0, 200_000);
        assertThat(first.sent).as("less than a quarter, but soon over").isEqualTo(200_000);
        first.bytesPerSecond = 2_000;
        Duration begin = clock.elapsed();
        assertBrings(0, 400_000);
        assertThat(clock.elapsed().minus(begin)).isLessThan(Duration.ofSeconds(35));
        assertThat(log())
                .contains("brings 2000 bytes/s over 30 s, and another carrier brought 500000");
    }

    @Test
    void the_only_carrier_of_a_slow_link_is_never_given_up() throws IOException {
        server.bytesPerSecond = 1_200;
        assertBrings(0, 400_000);
        assertThat(server.opened).isEqualTo(1);
        assertThat(log()).isEmpty();
    }

    @Test
    void on_a_slow_link_each_carrier_is_tried_once_and_then_none_is_left() throws IOException {
        withTwoMirrors();
        for (Fake one : List.of(first, second, server)) one.bytesPerSecond = 1_200;
        for (int i = 0; i < 20; i++) assertBrings(0, 400_000);
        assertThat(log().lines().filter(line -> line.contains("is not asked for")).count())
                .as(log())
                .isLessThanOrEqualTo(2);
    }

    @Test
    void the_time_in_which_the_device_writes_is_not_the_carriers() throws IOException {
        withTwoMirrors();
        try (InputStream in = carriers.open(PACK, 0, 100_000)) {
            while (in.read(new byte[10_000]) >= 0) clock.advance(Duration.ofSeconds(60));
        }
        assertThat(first.sent).isEqualTo(100_000);
    }

    @Test
    void a_stuck_carrier_is_given_up_even_when_there_is_no_other() {
        server.bytesPerSecond = 1;
        Duration begin = clock.elapsed();
        assertThatThrownBy(() -> read(0, 10_000))
                .hasMessageContaining("the server brought 120 bytes in 120 s: it is stuck");
        assertThat(clock.elapsed().minus(begin)).isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void a_request_asks_for_what_came_in_four_seconds() throws IOException {
        assertThat(carriers.requestBytes()).isEqualTo(512 << 10);
        server.bytesPerSecond = 1_200;
        assertBrings(0, 400_000);
        assertThat(carriers.requestBytes()).isEqualTo(512 << 10);
        server.bytesPerSecond = 1_000_000;
        assertBrings(0, 400_000);
        assertThat(carriers.requestBytes()).isBetween(3_900_000, 4_100_000);
        server.bytesPerSecond = 100_000_000;
        assertBrings(0, 400_000);
        assertThat(carriers.requestBytes()).isEqualTo(8 << 20);
        server.breaksAfter = 10;
        assertThatThrownBy(() -> read(0, 100)).hasMessageContaining("cable cut");
        assertThat(carriers.requestBytes()).as("after a fault").isEqualTo(512 << 10);
    }

    /// A carrier of one file under every name.
    private final class Fake implements ContentSource {
        private long breaksAfter = Long.MAX_VALUE;
        private long endsAfter = Long.MAX_VALUE;
        private long bytesPerSecond = Long.MAX_VALUE;
        private String lacks = "";
        private Optional<IOException> onOpen = Optional.empty();
        private int opened;
        private long sent;

        @Override
        public byte[] fetch(String path, int maxBytes) {
            sent += FILE.length;
            return FILE.clone();
        }

        @Override
        public InputStream open(String path, long from, long length) throws IOException {
            opened++;
            if (onOpen.isPresent()) throw onOpen.get();
            if (path.equals(lacks)) throw new ContentFault.NotCarried(path);
            return new InputStream() {
                private long at = from;

                @Override
                public int read() {
                    throw new AssertionError("byte by byte");
                }

                @Override
                public int read(byte[] into, int offset, int count) throws IOException {
                    long left = Math.min(from + length - at, endsAfter - sent);
                    if (left <= 0) return -1;
                    if (sent >= breaksAfter) throw new EOFException("cable cut");
                    int some = (int) Math.min(Math.min(count, left), breaksAfter - sent);
                    // what comes in a second at most
                    some = (int) Math.min(some, bytesPerSecond);
                    System.arraycopy(FILE, (int) at, into, offset, some);
                    at += some;
                    sent += some;
                    clock.advance(
                            Duration.ofNanos(
                                    (long) (some * 1e9 / Math.min(bytesPerSecond, 1L << 40))));
                    return some;
                }
            };
        }
    }

    private final class Told extends ContentOnly {
        @Override
        public ContentSource content() {
            return server;
        }

        @Override
        public ContentSource mirror(ContentMirror mirror) {
            return mirrors.get(mirror);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.MalformedInput;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The network does what was ordered, and nothing else.
class FaultProxyTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final int WAIT_MILLIS = 300;

    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private final byte[] sent = new byte[100_000];
    private ServerSocket server;
    private FaultProxy proxy;

    /// Answers every line with the same hundred thousand bytes.
    @BeforeEach
    void a_server_behind_a_good_network() throws IOException {
        new Random(4).nextBytes(sent);
        server = new ServerSocket(0, 16, HERE);
        Thread.ofVirtual().start(this::serve);
        proxy =
                FaultProxy.start(
                        new InetSocketAddress(HERE, 0),
                        new InetSocketAddress(HERE, server.getLocalPort()),
                        List.of(),
                        1,
                        log::add);
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        server.close();
    }

    private void serve() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> answer(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void answer(Socket client) {
        try (client) {
            while (client.getInputStream().read() >= 0) client.getOutputStream().write(sent);
        } catch (IOException gone) {
            // the fault under test
        }
    }

    private Socket asked() throws IOException {
        var socket = new Socket(HERE, proxy.port());
        socket.setSoTimeout(WAIT_MILLIS);
        socket.getOutputStream().write('?');
        return socket;
    }

    private byte[] answer(int bytes) throws IOException {
        try (Socket socket = asked()) {
            return socket.getInputStream().readNBytes(bytes);
        }
    }

    @Test
    void a_good_network_carries_every_byte_and_counts_it() throws IOException {
        assertThat(answer(sent.length)).isEqualTo(sent);
        assertThat(proxy.traffic().bytesToDevice()).isEqualTo(sent.length);
        assertThat(proxy.traffic().bytesToServer()).isEqualTo(1);
        assertThat(proxy.traffic().cuts()).isZero();
    }

    @Test
    void two_connections_share_the_bandwidth() throws IOException {
        proxy.set(List.of(new Fault.Bandwidth(400_000)));
        long start = System.nanoTime();
        try (Socket one = asked();
                Socket two = asked()) {
            one.setSoTimeout(10_000);
            assertThat(one.getInputStream().readNBytes(sent.length)).isEqualTo(sent);
            assertThat(two.getInputStream().readNBytes(sent.length)).isEqualTo(sent);
        }
        // 200,000 bytes; a busy machine is only ever slower
        assertThat(System.nanoTime() - start).isGreaterThan(Duration.ofMillis(490).toNanos());
    }

    @Test
    void latency_delays_a_byte_and_not_the_ones_behind_it_again() throws IOException {
        proxy.set(List.of(new Fault.Latency(Duration.ofMillis(100))));
        long start = System.nanoTime();
        try (Socket socket = asked()) {
            socket.setSoTimeout(10_000);
            assertThat(socket.getInputStream().readNBytes(sent.length)).isEqualTo(sent);
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertThat(took).isGreaterThan(Duration.ofMillis(190));
        assertThat(took).as("72 pieces, not 72 delays").isLessThan(Duration.ofSeconds(6));
    }

    @Test
    void a_reset_a_truncation_and_a_stall_come_after_exactly_their_bytes() throws IOException {
        proxy.set(List.of(new Fault.TruncateAfter(5_000)));
        assertThat(answer(sent.length)).hasSize(5_000);
        proxy.set(List.of(new Fault.StallAfter(5_000)));
        try (Socket socket = asked()) {
            assertThat(socket.getInputStream().readNBytes(5_000)).hasSize(5_000);
            assertThatThrownBy(() -> socket.getInputStream().read())
                    .isInstanceOf(SocketTimeoutException.class);
        }
        proxy.set(List.of(new Fault.ResetAfter(5_000)));
        try (Socket socket = asked()) {
            InputStream in = socket.getInputStream();
            assertThatThrownBy(() -> in.readNBytes(5_001)).isInstanceOf(SocketException.class);
        }
        assertThat(proxy.traffic().bytesToDevice()).isEqualTo(15_000);
    }

    @Test
    void a_flipped_bit_is_one_bit_and_the_same_for_the_same_seed() throws IOException {
        proxy.set(List.of(new Fault.CorruptEvery(50_000)));
        byte[] got = answer(sent.length);
        int flipped = 0;
        for (int i = 0; i < sent.length; i++) {
            flipped += Integer.bitCount((got[i] ^ sent[i]) & 0xff);
        }
        long told = log.stream().filter(line -> line.contains("flipped a bit")).count();
        assertThat(flipped).isPositive().isEqualTo((int) told);
    }

    @Test
    void pieces_come_twice_and_garbage_comes_in_between() throws IOException {
        for (Fault fault :
                List.of(new Fault.DuplicateEvery(10_000), new Fault.GarbageEvery(10_000))) {
            proxy.set(List.of(fault));
            assertThat(answer(sent.length)).as(fault.toString()).isNotEqualTo(sent);
        }
        assertThat(log).anyMatch(line -> line.contains("a piece twice"));
        assertThat(log).anyMatch(line -> line.contains("garbage"));
    }

    @Test
    void a_half_open_connection_is_accepted_and_never_answered() throws IOException {
        proxy.set(List.of(new Fault.HalfOpen()));
        try (Socket socket = asked()) {
            assertThatThrownBy(() -> socket.getInputStream().read())
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void a_captive_portal_answers_200_with_a_page() throws IOException {
        proxy.set(List.of(new Fault.Portal(false)));
        assertThat(new String(answer(10_000), UTF_8))
                .startsWith("HTTP/1.1 200 OK")
                .contains("<h1>");
    }

    @Test
    void a_cut_resets_what_is_open_and_lets_new_connections_through() throws IOException {
        try (Socket socket = asked()) {
            socket.getInputStream().readNBytes(1_000);
            proxy.cut();
            InputStream in = socket.getInputStream();
            assertThatThrownBy(() -> in.readNBytes(2 * sent.length))
                    .isInstanceOf(SocketException.class);
        }
        assertThat(answer(sent.length)).isEqualTo(sent);
    }

    @Test
    void what_a_record_of_tls_lost_when_it_was_cut_is_counted() {
        var records = new RecordCount();
        byte[] two = {23, 3, 3, 0, 2, 9, 9, 23, 3, 3, 1, 0, 9};
        records.add(two, 0, 6);
        assertThat(records.unfinished()).isEqualTo(6);
        records.add(two, 6, two.length - 6);
        assertThat(records.unfinished()).isEqualTo(6);
        assertThat(records.largest()).isEqualTo(7);
    }

    @Test
    void every_fault_has_a_form_on_the_command_line() {
        assertThat(
                        List.of(
                                Fault.parse("bandwidth=32kbit"),
                                Fault.parse("latency=2s"),
                                Fault.parse("cut-every=1m"),
                                Fault.parse("stall-after=9"),
                                Fault.parse("tls-portal")))
                .containsExactly(
                        new Fault.Bandwidth(4_000),
                        new Fault.Latency(Duration.ofSeconds(2)),
                        new Fault.CutEvery(Duration.ofMinutes(1)),
                        new Fault.StallAfter(9),
                        new Fault.Portal(true));
        for (String form : Fault.FORMS.lines().toList()) {
            String name = form.split("[= ]", -1)[0];
            if (!form.contains("=")) {
                assertThat(Fault.parse(name)).isNotNull();
                continue;
            }
            assertThatThrownBy(() -> Fault.parse(name + "=?"))
                    .isInstanceOf(MalformedInput.class)
                    .hasMessageNotContaining("is no fault");
        }
        assertThatThrownBy(() -> Fault.parse("corrupt-every=0")).hasMessageContaining("at least 1");
    }
}

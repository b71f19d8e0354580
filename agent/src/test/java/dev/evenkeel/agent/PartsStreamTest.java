// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.content.ContentSource.Span;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever a carrier answers to a request for several spans: right bytes, or a clear fault.
class PartsStreamTest {
    private static final byte[] FILE = file();
    private static final List<Span> ASKED =
            List.of(new Span(100, 50), new Span(300, 20), new Span(30_000, 7));

    private final List<Span> askedInTurn = new ArrayList<>();
    private boolean isMisfit;

    private static byte[] file() {
        var bytes = new byte[40_000];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static byte[] bytes(Span span) {
        return Arrays.copyOfRange(FILE, (int) span.from(), (int) span.end());
    }

    private static byte[] all(List<Span> spans) {
        var out = new ByteArrayOutputStream();
        spans.forEach(span -> out.writeBytes(bytes(span)));
        return out.toByteArray();
    }

    private static byte[] part(Span span) {
        return part(
                "Content-Range: bytes " + span.from() + "-" + (span.end() - 1) + "/40000", span);
    }

    private static byte[] part(String headers, Span span) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(("\r\n--b\r\n" + headers + "\r\n\r\n").getBytes(ISO_8859_1));
        out.writeBytes(bytes(span));
        return out.toByteArray();
    }

    private static byte[] answer(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (byte[] part : parts) out.writeBytes(part);
        out.writeBytes("\r\n--b--\r\n".getBytes(ISO_8859_1));
        return out.toByteArray();
    }

    private PartsStream stream(InputStream in) {
        return new PartsStream(
                "packs/x",
                new RangeParts(in, "b"),
                ASKED,
                rest -> {
                    askedInTurn.addAll(rest);
                    return new ByteArrayInputStream(all(rest));
                },
                () -> isMisfit = true);
    }

    private byte[] read(byte[] answer) throws IOException {
        var in = new ByteArrayInputStream(answer);
        byte[] read;
        try (PartsStream stream = stream(in)) {
            read = stream.readAllBytes();
        }
        if (!isMisfit) assertThat(in.available()).as("the end is read too").isZero();
        return read;
    }

    @Test
    void the_parts_are_the_spans_that_were_asked_for() throws IOException {
        byte[] answer = answer(part(ASKED.get(0)), part(ASKED.get(1)), part(ASKED.get(2)));
        assertThat(read(answer)).isEqualTo(all(ASKED));
        assertThat(isMisfit).isFalse();
    }

    @Test
    void two_spans_in_one_part_with_the_small_gap_between_them() throws IOException {
        assertThat(read(answer(part(new Span(100, 220)), part(ASKED.get(2)))))
                .isEqualTo(all(ASKED));
        assertThat(isMisfit).isFalse();
    }

    @Test
    void other_headers_and_lines_before_the_first_part_mean_nothing() throws IOException {
        var out = new ByteArrayOutputStream();
        out.writeBytes("a preamble".getBytes(ISO_8859_1));
        for (Span span : ASKED) {
            out.writeBytes(
                    part(
                            "content-type: x/y\r\nCONTENT-RANGE:bytes "
                                    + span.from()
                                    + "-"
                                    + (span.end() - 1)
                                    + "/*",
                            span));
        }
        assertThat(read(answer(out.toByteArray()))).isEqualTo(all(ASKED));
    }

    @Test
    void parts_in_another_order_are_left_and_asked_for_in_turn() throws IOException {
        byte[] answer = answer(part(ASKED.get(0)), part(ASKED.get(2)), part(ASKED.get(1)));
        assertThat(read(answer)).isEqualTo(all(ASKED));
        assertThat(askedInTurn).isEqualTo(ASKED.subList(1, 3));
        assertThat(isMisfit).isTrue();
    }

    @Test
    void what_an_answer_leaves_out_is_asked_for_in_turn() throws IOException {
        assertThat(read(answer(part(ASKED.get(0))))).isEqualTo(all(ASKED));
        assertThat(askedInTurn).isEqualTo(ASKED.subList(1, 3));
        assertThat(isMisfit).isTrue();
    }

    @Test
    void an_answer_that_is_cut_anywhere_gives_what_came_and_is_no_misfit() throws IOException {
        byte[] answer = answer(part(ASKED.get(0)), part(ASKED.get(1)), part(ASKED.get(2)));
        byte[] whole = all(ASKED);
        int closing = "\r\n--b--\r\n".length();
        for (int cut = 0; cut <= answer.length - closing; cut++) {
            var came = new ByteArrayOutputStream();
            try (PartsStream stream = stream(new ByteArrayInputStream(answer, 0, cut))) {
                stream.transferTo(came);
            } catch (IOException ended) {
                assertThat(ended).hasMessageContaining("ended between");
            }
            assertThat(came.toByteArray()).isEqualTo(Arrays.copyOf(whole, came.size()));
            assertThat(isMisfit).as("cut at " + cut).isFalse();
        }
    }

    /// Each: what the carrier answers, and what is said of it.
    private static Map<String, byte[]> hostile() {
        Span first = ASKED.getFirst();
        return Map.of(
                "another thing than the boundary",
                new String(answer(part(first), part(ASKED.get(1))), ISO_8859_1)
                        .replaceAll(
                                "--b\r\nContent-Range: bytes 3", "--c\r\nContent-Range: bytes 3")
                        .getBytes(ISO_8859_1),
                "without Content-Range",
                answer(part("Content-Type: x/y", first)),
                "two Content-Ranges",
                answer(part("Content-Range: bytes 1-2/9\r\nContent-Range: bytes 1-2/9", first)),
                "Content-Range 'bytes 9-1/10'",
                answer(part("Content-Range: bytes 9-1/10", first)),
                "Content-Range 'bytes 0-99999999999999999999/*'",
                answer(part("Content-Range: bytes 0-99999999999999999999/*", first)),
                "not asked for: 60 bytes from 90",
                answer(part(new Span(90, 60))),
                "not asked for: 29907 bytes from 100",
                answer(part(new Span(100, 29_907))),
                "more than 32 headers",
                answer(part("X: y\r\n".repeat(40) + "Content-Range: bytes 100-149/9999", first)),
                "a line without an end",
                answer(part("X: " + "y".repeat(5_000), first)),
                "no boundary within 32 lines",
                answer("\r\n".repeat(5_000).getBytes(ISO_8859_1)));
    }

    @Test
    void hostile_answers_are_told_and_no_byte_of_them_is_handed_on() {
        hostile()
                .forEach((says, answer) -> {
                    isMisfit = false;
                    var came = new ByteArrayOutputStream();
                    assertThatThrownBy(
                                    () -> {
                                        try (PartsStream stream =
                                                stream(new ByteArrayInputStream(answer))) {
                                            stream.transferTo(came);
                                        }
                                    })
                            .as(says)
                            .isInstanceOf(IOException.class)
                            .hasMessageContaining("packs/x: an answer in several parts has")
                            .hasMessageContaining(says);
                    byte[] right = bytes(ASKED.getFirst());
                    assertThat(came.size()).isIn(0, right.length);
                    assertThat(came.toByteArray()).isEqualTo(Arrays.copyOf(right, came.size()));
                    assertThat(isMisfit).as(says).isTrue();
                });
    }

    @Test
    void the_boundary_is_named_in_the_content_type() {
        assertThat(RangeParts.boundary("multipart/byteranges; boundary=a1")).contains("a1");
        assertThat(RangeParts.boundary("Multipart/ByteRanges;boundary=\"a 1\"")).contains("a 1");
        assertThat(RangeParts.boundary("multipart/byteranges")).isEmpty();
        assertThat(RangeParts.boundary("multipart/byteranges; boundary=" + "x".repeat(71)))
                .isEmpty();
        assertThat(RangeParts.boundary("application/octet-stream")).isEmpty();
        assertThat(RangeParts.boundary(null)).isEmpty();
    }
}

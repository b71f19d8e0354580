// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.evenkeel.content.ContentSource.Span;
import dev.evenkeel.core.MalformedInput;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The parts of a `multipart/byteranges` answer, one after the other (RFC 9110, 14.6; RFC 2046,
/// 5.1). A part is as long as its Content-Range says, and the delimiter has to stand right behind
/// it; so content is never searched, and never more than a line is in memory.
///
/// What is not so is [MalformedInput]; an answer that ends early is [EOFException].
final class RangeParts implements AutoCloseable {
    private static final int MOST_LINE_BYTES = 1_024;
    private static final int MOST_LINES = 32;

    private static final Pattern MEDIA_TYPE =
            Pattern.compile(
                    "multipart/byteranges\\s*;\\s*boundary=(?:\"([^\"\\\\]{1,70})\"|([^\"\\s;,]{1,70}))",
                    Pattern.CASE_INSENSITIVE);

    private static final Pattern CONTENT_RANGE =
            Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\\*)");

    private final InputStream in;
    private final String delimiter;
    private boolean hasBegun;
    private boolean hasEnded;
    private long left;

    RangeParts(InputStream in, String boundary) {
        this.in = in;
        this.delimiter = "--" + boundary;
    }

    /// The boundary that a Content-Type names; empty where it is of another type.
    static Optional<String> boundary(@Nullable String contentType) {
        if (contentType == null) return Optional.empty();
        Matcher type = MEDIA_TYPE.matcher(contentType.strip());
        if (!type.matches()) return Optional.empty();
        return Optional.of(type.group(1) != null ? type.group(1) : type.group(2));
    }

    /// The next part's place in the file; empty after the last. The one before was read to its end.
    Optional<Span> next() throws IOException {
        if (left > 0) throw new IllegalStateException(left + " bytes of a part were not read");
        if (hasEnded) return Optional.empty();
        hasEnded = isLast();
        if (hasEnded) return Optional.empty();
        Span place = place();
        left = place.length();
        return Optional.of(place);
    }

    /// Reads the delimiter in front of the next part.
    private boolean isLast() throws IOException {
        boolean isFirst = !hasBegun;
        hasBegun = true;
        // before the first there may be lines that mean nothing; behind a part there is one end
        for (int lines = 0; lines < MOST_LINES; lines++) {
            Line line = delimiterLine();
            String text = line.text().stripTrailing();
            if (text.equals(delimiter + "--")) return true;
            if (!line.isWhole()) throw cut();
            if (text.equals(delimiter)) return false;
            if (!isFirst && (lines > 0 || !text.isEmpty())) {
                throw wrong("another thing than the boundary behind a part: '" + brief(text) + "'");
            }
        }
        throw wrong("no boundary within " + MOST_LINES + " lines");
    }

    private Line delimiterLine() throws IOException {
        try {
            return line();
        } catch (MalformedInput noLine) {
            throw wrong("no boundary where one has to be, but content");
        }
    }

    private Span place() throws IOException {
        Optional<Span> place = Optional.empty();
        for (int lines = 0; lines < MOST_LINES; lines++) {
            Line line = line();
            if (!line.isWhole()) throw cut();
            if (line.text().isEmpty()) {
                return place.orElseThrow(() -> wrong("a part without Content-Range"));
            }
            int colon = line.text().indexOf(':');
            if (colon < 1) throw wrong("no header of a part: '" + brief(line.text()) + "'");
            if (!line.text().substring(0, colon).equalsIgnoreCase("Content-Range")) continue;
            if (place.isPresent()) throw wrong("a part with two Content-Ranges");
            place = Optional.of(range(line.text().substring(colon + 1).strip()));
        }
        throw wrong("a part with more than " + MOST_LINES + " headers");
    }

    private static Span range(String text) {
        Matcher range = CONTENT_RANGE.matcher(text);
        if (!range.matches()) throw wrong("a part with Content-Range '" + brief(text) + "'");
        long first = Long.parseLong(range.group(1));
        long last = Long.parseLong(range.group(2));
        boolean isWithin = range.group(3).equals("*") || last < Long.parseLong(range.group(3));
        if (last < first || !isWithin) {
            throw wrong("a part with Content-Range '" + brief(text) + "'");
        }
        return new Span(first, last - first + 1);
    }

    /// Bytes of the present part that were not read yet.
    long left() {
        return left;
    }

    /// Bytes of the present part; -1 where the answer ends within it.
    int read(byte[] into, int offset, int length) throws IOException {
        int read = in.read(into, offset, (int) Math.min(length, left));
        if (read > 0) left -= read;
        return read;
    }

    /// @param isWhole whether its end was there
    private record Line(String text, boolean isWhole) {}

    private Line line() throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (int one = in.read(); one >= 0; one = in.read()) {
            if (one == '\r') {
                int end = in.read();
                if (end >= 0 && end != '\n') throw wrong("a line with a return within");
                return new Line(bytes.toString(ISO_8859_1), end >= 0);
            }
            if (one == '\n') throw wrong("a line without a return at its end");
            if (bytes.size() == MOST_LINE_BYTES) throw wrong("a line without an end");
            bytes.write(one);
        }
        return new Line(bytes.toString(ISO_8859_1), false);
    }

    private static String brief(String text) {
        return text.substring(0, Math.min(60, text.length()));
    }

    private static MalformedInput wrong(String what) {
        return new MalformedInput("an answer in several parts has " + what);
    }

    private static EOFException cut() {
        return new EOFException("an answer in several parts ended between them");
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}

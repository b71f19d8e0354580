// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.content.BlockStream;
import dev.evenkeel.content.ContentSource.Span;
import dev.evenkeel.content.FetchPlan;
import dev.evenkeel.core.MalformedInput;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/// The bytes of the spans that were asked for, out of an answer in several parts. A part may hold
/// several of them and the small gaps between (RFC 9110, 15.3.7.2). What the answer leaves out, or
/// brings in another order, is asked for span by span; what was not asked for is a fault, and no
/// byte of it is handed on.
final class PartsStream extends BlockStream {
    /// Makes the requests for the spans that the answer does not bring.
    interface Rest {
        InputStream open(List<Span> spans) throws IOException;
    }

    private final String path;
    private final RangeParts parts;
    private final List<Span> spans;
    private final Rest rest;
    private final Runnable misfit;
    private InputStream inTurn = InputStream.nullInputStream();
    private boolean isInTurn;

    /// The span that is read, and the place in the file of the next byte of the present part.
    private int span;

    private long at;

    /// @param misfit called when the carrier had better not be asked for several spans again
    PartsStream(String path, RangeParts parts, List<Span> spans, Rest rest, Runnable misfit) {
        this.path = path;
        this.parts = parts;
        this.spans = List.copyOf(spans);
        this.rest = rest;
        this.misfit = misfit;
        this.at = spans.getFirst().from();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) return 0;
        try {
            return isInTurn ? inTurn.read(into, offset, length) : readPart(into, offset, length);
        } catch (MalformedInput wrong) {
            misfit.run();
            throw new IOException(path + ": " + wrong.getMessage(), wrong);
        }
    }

    private int readPart(byte[] into, int offset, int length) throws IOException {
        if (span < spans.size() && at == spans.get(span).end()) span++;
        if (span == spans.size()) return -1;
        if (parts.left() == 0 && !takeUpPart()) return inTurn.read(into, offset, length);
        if (!skipGap()) return -1;
        long wanted = spans.get(span).end() - at;
        int read = parts.read(into, offset, (int) Math.min(length, wanted));
        if (read > 0) at += read;
        return read;
    }

    /// False where the rest comes in turn from now on.
    private boolean takeUpPart() throws IOException {
        List<Span> missing = missing();
        var part = parts.next();
        if (part.isEmpty()) return goOnInTurn(missing);
        requireAsked(part.get());
        if (part.get().from() != missing.getFirst().from()) return goOnInTurn(missing);
        at = part.get().from();
        return true;
    }

    private List<Span> missing() {
        var missing = new ArrayList<Span>(spans.subList(span, spans.size()));
        Span first = missing.getFirst();
        // a server may end a part within a span
        long from = Math.clamp(at, first.from(), first.end() - 1);
        missing.set(0, new Span(from, first.end() - from));
        return missing;
    }

    /// A part begins where a span does and ends where one does; what lies between two spans in it
    /// costs less than it would to leave it out.
    private void requireAsked(Span part) {
        boolean begins = false;
        long gaps = part.length();
        boolean ends = false;
        for (Span one : spans) {
            begins |= one.from() == part.from();
            ends |= one.end() == part.end();
            if (one.from() >= part.from() && one.end() <= part.end()) gaps -= one.length();
        }
        if (begins && ends && gaps <= FetchPlan.MAX_GAP_BYTES) return;
        throw new MalformedInput(
                "an answer in several parts has one that was not asked for: "
                        + part.length()
                        + " bytes from "
                        + part.from());
    }

    private boolean goOnInTurn(List<Span> missing) throws IOException {
        misfit.run();
        parts.close();
        inTurn = rest.open(missing);
        isInTurn = true;
        return false;
    }

    private boolean skipGap() throws IOException {
        var gap = new byte[512];
        while (at < spans.get(span).from()) {
            int some = (int) Math.min(gap.length, spans.get(span).from() - at);
            int read = parts.read(gap, 0, some);
            if (read < 0) return false;
            at += read;
        }
        return true;
    }

    /// After the last byte the end of the answer is read too, so that the connection can be used
    /// again; before it the connection is dropped.
    @Override
    public void close() throws IOException {
        try {
            boolean isOver = span == spans.size() || at == spans.getLast().end();
            if (isOver && !isInTurn && parts.left() == 0) parts.next();
        } catch (MalformedInput | EOFException noEnd) {
            // everything that was asked for is here
        } finally {
            inTurn.close();
            parts.close();
        }
    }
}

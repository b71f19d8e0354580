// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;

/// The bytes of several spans, each by a request of its own, which is made when the one before was
/// read to its end. Where one ends early this ends too.
final class SpansInTurn extends BlockStream {
    private final ContentSource source;
    private final String path;
    private final Iterator<ContentSource.Span> next;
    private InputStream open = InputStream.nullInputStream();
    private long left;

    private SpansInTurn(ContentSource source, String path, Iterator<ContentSource.Span> next) {
        this.source = source;
        this.path = path;
        this.next = next;
    }

    /// Makes the first request, so that a carrier without the file says so here.
    static SpansInTurn open(ContentSource source, String path, List<ContentSource.Span> spans)
            throws IOException {
        var stream = new SpansInTurn(source, path, List.copyOf(spans).iterator());
        if (stream.next.hasNext()) stream.begin(stream.next.next());
        return stream;
    }

    private void begin(ContentSource.Span span) throws IOException {
        open.close();
        open = source.open(path, span.from(), span.length());
        left = span.length();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) return 0;
        // a carrier that sends more than it was asked for is the reader's to notice
        if (left == 0 && !next.hasNext()) return open.read(into, offset, length);
        if (left == 0) begin(next.next());
        int read = open.read(into, offset, (int) Math.min(length, left));
        if (read > 0) left -= read;
        return read;
    }

    @Override
    public void close() throws IOException {
        open.close();
    }
}

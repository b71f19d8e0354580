// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.content.BlockStream;
import dev.evenkeel.content.ContentFault;
import dev.evenkeel.content.ContentSource.Span;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// Spans of one file as [Carriers] bring them: where one stops the next goes on, from the byte
/// behind the last that came. Each is tried once.
final class CarriedStream extends BlockStream {
    private final Carriers carriers;
    private final String path;
    private final Deque<Span> missing;
    private final List<Carrier> tried = new ArrayList<>();
    private InputStream open = InputStream.nullInputStream();
    private Carrier carrier;
    private Pace pace = new Pace();
    private long bytes;
    private Duration waited = Duration.ZERO;

    CarriedStream(Carriers carriers, String path, List<Span> spans) throws IOException {
        this.carriers = carriers;
        this.path = path;
        this.missing = new ArrayDeque<>(spans);
        this.carrier = carriers.ready(path, tried).getFirst();
        connect();
    }

    /// Asks the next carrier that is ready for what is missing, and the one after where that fails.
    private void connect() throws IOException {
        while (true) {
            carrier = carriers.ready(path, tried).getFirst();
            tried.add(carrier);
            pace = new Pace();
            bytes = 0;
            waited = Duration.ZERO;
            try {
                open = carrier.source().open(path, List.copyOf(missing));
                return;
            } catch (IOException | ContentFault.NotCarried fault) {
                if (!carriers.leaves(carrier, path, fault, tried)) throw fault;
            }
        }
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) return 0;
        // a carrier that sends more than it was asked for is the reader's to notice
        if (missing.isEmpty()) return open.read(into, offset, length);
        while (true) {
            try {
                int read = watched(into, offset, (int) Math.min(length, missing.peek().length()));
                if (read > 0) return read;
                // an early end is the reader's to notice, where nobody else can go on
                if (!isLeft(new EOFException(path + ": ended early"))) return -1;
            } catch (IOException fault) {
                if (!isLeft(fault)) throw fault;
            }
            connect();
        }
    }

    private boolean isLeft(IOException fault) throws IOException {
        if (!carriers.leaves(carrier, path, fault, tried)) return false;
        open.close();
        return true;
    }

    private int watched(byte[] into, int offset, int length) throws IOException {
        Duration before = carriers.elapsed();
        int read = open.read(into, offset, length);
        Duration wait = carriers.elapsed().minus(before);
        if (read <= 0) return read;
        advance(read);
        bytes += read;
        waited = waited.plus(wait);
        carriers.brings(carrier);
        Optional<String> slow = pace.came(read, wait, carrier, () -> carriers.other(path, tried));
        if (missing.isEmpty()) {
            carrier.brought(bytes, waited);
            carrier.succeeded();
        } else if (slow.isPresent()) {
            giveUp(slow.get());
        }
        return read;
    }

    /// What came is handed on all the same; the next read goes on elsewhere, or says why not.
    private void giveUp(String why) throws IOException {
        open.close();
        open = new Ended(new Carriers.TooSlow(carrier, why));
    }

    private void advance(int read) {
        Span first = missing.remove();
        if (read < first.length()) {
            missing.addFirst(new Span(first.from() + read, first.length() - read));
        }
    }

    @Override
    public void close() throws IOException {
        open.close();
    }

    private static final class Ended extends InputStream {
        private final IOException why;

        Ended(IOException why) {
            this.why = why;
        }

        @Override
        public int read() throws IOException {
            throw why;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            throw why;
        }
    }
}

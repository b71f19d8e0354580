// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.content.ContentSource;
import dev.evenkeel.core.message.CheckIn;
import dev.evenkeel.core.message.CheckInAnswer;
import dev.evenkeel.trust.DeviceCertificate;
import dev.evenkeel.trust.MetadataSource;
import dev.evenkeel.trust.PrivateKey;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/// A server of which every byte of payload that arrives is counted: which, and how often.
final class CountedServer implements Server {
    private final Server server;
    private final Map<String, byte[]> arrived = new HashMap<>();
    private final int packBytes;

    CountedServer(Server server, int packBytes) {
        this.server = server;
        this.packBytes = packBytes;
    }

    /// Bytes of packs that arrived, those that came again included.
    long payload() {
        return sum(times -> times);
    }

    /// Bytes of packs that arrived more than once, each time but the first.
    long again() {
        return sum(times -> Math.max(0, times - 1));
    }

    private long sum(IntUnaryOperator of) {
        long sum = 0;
        for (byte[] pack : arrived.values()) {
            for (byte times : pack) sum += of.applyAsInt(times);
        }
        return sum;
    }

    @Override
    public ContentSource content() {
        ContentSource content = server.content();
        return new ContentSource() {
            @Override
            public byte[] fetch(String path, int maxBytes) throws IOException {
                return content.fetch(path, maxBytes);
            }

            @Override
            public InputStream open(String path, long from, long length) throws IOException {
                InputStream in = content.open(path, from, length);
                return path.startsWith("packs/")
                        ? counted(path, List.of(new Span(from, length)), in)
                        : in;
            }

            @Override
            public InputStream open(String path, List<Span> spans) throws IOException {
                InputStream in = content.open(path, spans);
                return path.startsWith("packs/") ? counted(path, spans, in) : in;
            }
        };
    }

    private InputStream counted(String path, List<ContentSource.Span> spans, InputStream in) {
        byte[] times = arrived.computeIfAbsent(path, _ -> new byte[packBytes]);
        var places = new ArrayDeque<ContentSource.Span>(spans);
        return new FilterInputStream(in) {
            private long at = spans.getFirst().from();

            private void came(int count) {
                for (int i = 0; i < count; i++) {
                    if (at == places.element().end()) {
                        places.remove();
                        at = places.element().from();
                    }
                    times[(int) at++]++;
                }
            }

            @Override
            public int read() throws IOException {
                int one = super.read();
                if (one >= 0) came(1);
                return one;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int count = super.read(into, offset, length);
                came(count);
                return count;
            }

            @Override
            public long skip(long count) throws IOException {
                // gaps between wanted frames cross the link too
                var gap = new byte[(int) Math.min(count, 8_192)];
                return Math.max(0, read(gap, 0, gap.length));
            }
        };
    }

    @Override
    public MetadataSource metadata() {
        return server.metadata();
    }

    @Override
    public DeviceCertificate enrol(byte[] request) throws IOException {
        return server.enrol(request);
    }

    @Override
    public DeviceCertificate renew(byte[] request) throws IOException {
        return server.renew(request);
    }

    @Override
    public void signIn(PrivateKey key, DeviceCertificate certificate) {
        server.signIn(key, certificate);
    }

    @Override
    public CheckInAnswer checkIn(CheckIn checkIn) throws IOException {
        return server.checkIn(checkIn);
    }

    @Override
    public void report(byte[] envelope) throws IOException {
        server.report(envelope);
    }
}

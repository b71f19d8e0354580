// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab.net;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/// One direction of a connection: what comes in waits for the link's bandwidth, is under way for
/// its latency, and is then delivered. What is under way when the connection breaks is lost.
final class OneWay {
    /// What goes over the link in one piece; about a packet of a usual network.
    static final int PIECE_BYTES = 1_400;

    private static final int MOST_UNDER_WAY = 256;
    private static final Piece END = new Piece(0, new byte[0]);

    private final FaultProxy proxy;
    private final Pace pace;
    private final BlockingQueue<Piece> underWay = new ArrayBlockingQueue<>(MOST_UNDER_WAY);

    /// @param atNanos when it arrives
    private record Piece(long atNanos, byte[] bytes) {
        boolean isEnd() {
            return bytes.length == 0;
        }
    }

    /// Takes the pieces at the other end.
    interface Arrival {
        /// False when nothing more is to be carried.
        boolean deliver(byte[] piece) throws IOException, InterruptedException;
    }

    OneWay(FaultProxy proxy, Pace pace) {
        this.proxy = proxy;
        this.pace = pace;
    }

    /// Reads until the end of `in`; the other half is [#deliver], on a thread of its own.
    void send(InputStream in) throws IOException, InterruptedException {
        byte[] piece = new byte[PIECE_BYTES];
        try {
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                var bandwidth = proxy.now(Fault.Bandwidth.class);
                if (bandwidth.isPresent()) pace.send(count, bandwidth.get().bytesPerSecond());
                var latency = proxy.now(Fault.Latency.class).map(Fault.Latency::time);
                long at = System.nanoTime() + latency.orElse(Duration.ZERO).toNanos();
                underWay.put(new Piece(at, Arrays.copyOf(piece, count)));
            }
        } finally {
            underWay.put(END);
        }
    }

    /// Delivers until the end, or until `arrival` wants no more. True at the end.
    boolean deliver(Arrival arrival) throws IOException, InterruptedException {
        for (Piece piece = underWay.take(); !piece.isEnd(); piece = underWay.take()) {
            Thread.sleep(Duration.ofNanos(piece.atNanos() - System.nanoTime()));
            if (!arrival.deliver(piece.bytes())) return false;
        }
        return true;
    }
}

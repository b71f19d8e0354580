// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// One connection through a [FaultProxy].
final class ProxiedConnection {
    private static final int GARBAGE_BYTES = 64;

    private final FaultProxy proxy;
    private final long number;
    private final Socket device;
    private final RandomGenerator random;
    private final RecordCount records = new RecordCount();
    private final AtomicBoolean isOver = new AtomicBoolean();
    private volatile @Nullable Socket server;
    private long toDevice;

    ProxiedConnection(FaultProxy proxy, long number, Socket device, RandomGenerator random) {
        this.proxy = proxy;
        this.number = number;
        this.device = device;
        this.random = random;
    }

    long number() {
        return number;
    }

    /// Carries until one side ends it, or a fault does.
    void carry(Socket connected) throws IOException {
        server = connected;
        proxy.say("#" + number + " opened");
        var up = new OneWay(proxy, proxy.toServer);
        var down = new OneWay(proxy, proxy.toDevice);
        InputStream fromDevice = device.getInputStream();
        InputStream fromServer = connected.getInputStream();
        OutputStream toServer = connected.getOutputStream();
        OutputStream toDevice = device.getOutputStream();
        part("up", () -> up.send(fromDevice));
        part(
                "up-late",
                () -> {
                    if (up.deliver(piece -> pass(toServer, piece))) connected.shutdownOutput();
                });
        part("down", () -> down.send(fromServer));
        part(
                "down-late",
                () -> {
                    if (down.deliver(piece -> deliver(toDevice, piece))) end();
                });
    }

    private interface Part {
        void run() throws IOException, InterruptedException;
    }

    private void part(String name, Part part) {
        Thread.ofVirtual()
                .name("proxy-" + number + "-" + name)
                .start(() -> {
                    try {
                        part.run();
                    } catch (IOException | InterruptedException broken) {
                        reset("broke off");
                    }
                });
    }

    /// Reads and says nothing until the device gives up.
    void staySilent() throws IOException {
        proxy.say("#" + number + " accepted, and left alone");
        InputStream in = device.getInputStream();
        byte[] piece = new byte[OneWay.PIECE_BYTES];
        while (in.read(piece) >= 0) {}
        end();
    }

    private boolean pass(OutputStream toServer, byte[] piece) throws IOException {
        proxy.bytesToServer.add(piece.length);
        toServer.write(piece);
        return true;
    }

    /// False when nothing more is to be carried.
    private boolean deliver(OutputStream out, byte[] piece)
            throws IOException, InterruptedException {
        int count = piece.length;
        int allowed = (int) Math.min(count, Math.max(0, limit() - toDevice));
        if (chance(proxy.now(Fault.CorruptEvery.class).map(Fault.CorruptEvery::bytes), allowed)) {
            int at = random.nextInt(allowed);
            piece[at] ^= (byte) (1 << random.nextInt(8));
            proxy.say("#" + number + " flipped a bit after " + (toDevice + at) + " bytes");
        }
        if (chance(proxy.now(Fault.GarbageEvery.class).map(Fault.GarbageEvery::bytes), allowed)) {
            byte[] garbage = new byte[GARBAGE_BYTES];
            random.nextBytes(garbage);
            proxy.say("#" + number + " garbage after " + toDevice + " bytes");
            send(out, garbage, garbage.length);
        }
        send(out, piece, allowed);
        if (chance(
                proxy.now(Fault.DuplicateEvery.class).map(Fault.DuplicateEvery::bytes), allowed)) {
            proxy.say("#" + number + " a piece twice after " + toDevice + " bytes");
            send(out, piece, allowed);
        }
        return allowed == count || brokeOff();
    }

    private void send(OutputStream out, byte[] bytes, int count) throws IOException {
        if (count == 0) return;
        // counted first: whoever has the bytes finds them counted
        toDevice += count;
        proxy.bytesToDevice.add(count);
        synchronized (records) {
            records.add(bytes, 0, count);
        }
        out.write(bytes, 0, count);
    }

    private boolean chance(Optional<Long> every, int bytes) {
        return every.isPresent() && bytes > 0 && random.nextLong(every.get()) < bytes;
    }

    private long limit() {
        long reset = proxy.now(Fault.ResetAfter.class).map(Fault.ResetAfter::bytes).orElse(all());
        long end =
                proxy.now(Fault.TruncateAfter.class).map(Fault.TruncateAfter::bytes).orElse(all());
        long stall = proxy.now(Fault.StallAfter.class).map(Fault.StallAfter::bytes).orElse(all());
        return Math.min(reset, Math.min(end, stall));
    }

    private static long all() {
        return Long.MAX_VALUE;
    }

    private boolean brokeOff() throws IOException, InterruptedException {
        if (proxy.now(Fault.StallAfter.class).isPresent()) {
            proxy.say("#" + number + " stalls after " + toDevice + " bytes");
            while (!isOver.get() && proxy.now(Fault.StallAfter.class).isPresent()) {
                Thread.sleep(20);
            }
            // what did not arrive then does not come later: the connection is of no use any more
            reset("given up");
        } else if (proxy.now(Fault.TruncateAfter.class).isPresent()) {
            countCut();
            proxy.say("#" + number + " ended early, after " + toDevice + " bytes");
            end();
        } else {
            reset("reset");
        }
        return false;
    }

    private void countCut() {
        proxy.cuts.increment();
        synchronized (records) {
            proxy.bytesOfBrokenRecords.add(records.unfinished());
        }
    }

    /// Ends both sides at once and without order, as a lost link does.
    void reset(String why) {
        if (!isOver.compareAndSet(false, true)) return;
        countCut();
        proxy.say("#" + number + " " + why + " after " + toDevice + " bytes");
        close(device, true);
        close(server, true);
        proxy.forget(this);
    }

    /// Ends both sides in order.
    void end() {
        if (!isOver.compareAndSet(false, true)) return;
        proxy.say("#" + number + " ended after " + toDevice + " bytes");
        close(device, false);
        close(server, false);
        proxy.forget(this);
    }

    private static void close(@Nullable Socket socket, boolean isReset) {
        if (socket == null) return;
        try {
            if (isReset) socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException gone) {
            // then it is closed
        }
    }
}

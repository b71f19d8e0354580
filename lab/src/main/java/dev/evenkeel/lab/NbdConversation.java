// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/// One client of a disk: its handshake, then its requests one after the other, with simple replies.
final class NbdConversation {
    private static final int BUFFER_BYTES = 64 << 10;
    private static final int REQUEST_BYTES = 28;

    private final VolatileDisk disk;
    private final DataInputStream in;
    private final DataOutputStream out;

    NbdConversation(VolatileDisk disk, InputStream in, OutputStream out) {
        this.disk = disk;
        this.in = new DataInputStream(new BufferedInputStream(in, BUFFER_BYTES));
        this.out = new DataOutputStream(new BufferedOutputStream(out, BUFFER_BYTES));
    }

    /// Returns when the client says good-bye.
    void hold() throws IOException {
        if (!new NbdHandshake(in, out, disk.sizeBytes()).complete()) return;
        while (true) {
            Request request = readRequest();
            if (request.type() == NbdWire.DISCONNECT) return;
            answer(request);
            // several requests may wait in the buffer: answer them in one go
            if (in.available() < REQUEST_BYTES) out.flush();
        }
    }

    private record Request(int flags, int type, long handle, long offset, long length) {
        boolean isThrough() {
            return (flags & NbdWire.FLAG_FUA) != 0;
        }
    }

    private Request readRequest() throws IOException {
        if (in.readInt() != NbdWire.REQUEST) throw new NbdViolation("no request magic");
        return new Request(
                in.readUnsignedShort(),
                in.readUnsignedShort(),
                in.readLong(),
                in.readLong(),
                Integer.toUnsignedLong(in.readInt()));
    }

    private void answer(Request request) throws IOException {
        byte[] payload = request.type() == NbdWire.WRITE ? payload(request) : new byte[0];
        int error = check(request);
        var content = new byte[0];
        if (error == 0) {
            try {
                content = perform(request, payload);
            } catch (PowerIsOff off) {
                throw off; // a dead drive answers nothing
            } catch (IOException broken) {
                error = NbdWire.EIO;
            }
        }
        out.writeInt(NbdWire.SIMPLE_REPLY);
        out.writeInt(error);
        out.writeLong(request.handle());
        out.write(content);
    }

    private byte[] payload(Request request) throws IOException {
        if (request.length() > NbdWire.PAYLOAD_BYTES) {
            throw new NbdViolation("a write of " + request.length() + " bytes");
        }
        var payload = new byte[(int) request.length()];
        in.readFully(payload);
        return payload;
    }

    private byte[] perform(Request request, byte[] payload) throws IOException {
        switch (request.type()) {
            case NbdWire.READ -> {
                var content = new byte[(int) request.length()];
                disk.read(request.offset(), ByteBuffer.wrap(content));
                return content;
            }
            case NbdWire.WRITE -> disk.write(request.offset(), payload, request.isThrough());
            case NbdWire.FLUSH -> disk.flush();
            default -> disk.writeZeros(request.offset(), request.length(), request.isThrough());
        }
        return new byte[0];
    }

    /// 0, or the error number to answer with.
    private int check(Request request) {
        int allowed =
                switch (request.type()) {
                    case NbdWire.READ, NbdWire.WRITE, NbdWire.FLUSH, NbdWire.TRIM ->
                            NbdWire.FLAG_FUA;
                    case NbdWire.WRITE_ZEROES -> NbdWire.FLAG_FUA | NbdWire.FLAG_NO_HOLE;
                    default -> -1;
                };
        if (allowed < 0 || (request.flags() & ~allowed) != 0) return NbdWire.EINVAL;
        if (request.type() == NbdWire.FLUSH) {
            return request.offset() == 0 && request.length() == 0 ? 0 : NbdWire.EINVAL;
        }
        boolean aligned =
                request.offset() % VolatileDisk.SECTOR_BYTES == 0
                        && request.length() % VolatileDisk.SECTOR_BYTES == 0;
        if (!aligned || request.length() == 0) return NbdWire.EINVAL;
        if (request.type() == NbdWire.READ && request.length() > NbdWire.PAYLOAD_BYTES) {
            return NbdWire.EINVAL;
        }
        boolean inside =
                request.offset() >= 0 && request.offset() <= disk.sizeBytes() - request.length();
        if (inside) return 0;
        return request.type() == NbdWire.READ ? NbdWire.EINVAL : NbdWire.ENOSPC;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Fixed newstyle negotiation with one client. There is one export, with the empty name.
final class NbdHandshake {
    private final DataInputStream in;
    private final DataOutputStream out;
    private final long sizeBytes;

    NbdHandshake(DataInputStream in, DataOutputStream out, long sizeBytes) {
        this.in = in;
        this.out = out;
        this.sizeBytes = sizeBytes;
    }

    /// True once the client may send requests; false when it said good-bye.
    boolean complete() throws IOException {
        out.writeLong(NbdWire.GREETING);
        out.writeLong(NbdWire.OPTION);
        out.writeShort(NbdWire.FIXED_NEWSTYLE | NbdWire.NO_ZEROES);
        out.flush();
        int clientFlags = in.readInt();
        if ((clientFlags & ~(NbdWire.FIXED_NEWSTYLE | NbdWire.NO_ZEROES)) != 0) {
            throw new NbdViolation("unknown client flags 0x" + Integer.toHexString(clientFlags));
        }
        while (true) {
            if (in.readLong() != NbdWire.OPTION) throw new NbdViolation("no option magic");
            int option = in.readInt();
            byte[] data = optionData();
            switch (option) {
                case NbdWire.OPTION_EXPORT_NAME -> {
                    return exportByName(data, (clientFlags & NbdWire.NO_ZEROES) == 0);
                }
                case NbdWire.OPTION_ABORT -> {
                    reply(option, NbdWire.REPLY_ACK, new byte[0]);
                    return false;
                }
                case NbdWire.OPTION_LIST -> list(option, data);
                case NbdWire.OPTION_INFO, NbdWire.OPTION_GO -> {
                    if (describe(option, data) && option == NbdWire.OPTION_GO) return true;
                }
                default -> reply(option, NbdWire.REPLY_UNSUPPORTED, new byte[0]);
            }
        }
    }

    private byte[] optionData() throws IOException {
        int length = in.readInt();
        if (length < 0 || length > NbdWire.OPTION_BYTES) {
            throw new NbdViolation("an option of " + Integer.toUnsignedString(length) + " bytes");
        }
        var data = new byte[length];
        in.readFully(data);
        return data;
    }

    /// This old option has no way to refuse but to hang up.
    private boolean exportByName(byte[] name, boolean padded) throws IOException {
        if (name.length != 0) return false;
        out.writeLong(sizeBytes);
        out.writeShort(NbdWire.EXPORT_FLAGS);
        if (padded) out.write(new byte[124]);
        out.flush();
        return true;
    }

    private void list(int option, byte[] data) throws IOException {
        if (data.length != 0) {
            reply(option, NbdWire.REPLY_INVALID, text("the list option has no data"));
            return;
        }
        reply(option, NbdWire.REPLY_SERVER, new byte[4]); // one export, name of length 0
        reply(option, NbdWire.REPLY_ACK, new byte[0]);
    }

    private boolean describe(int option, byte[] data) throws IOException {
        String name;
        try {
            name = exportName(ByteBuffer.wrap(data));
        } catch (BufferUnderflowException | IllegalArgumentException malformed) {
            reply(option, NbdWire.REPLY_INVALID, text("lengths inside the option do not add up"));
            return false;
        }
        if (!name.isEmpty()) {
            reply(option, NbdWire.REPLY_UNKNOWN_EXPORT, text("the only export has no name"));
            return false;
        }
        var export = ByteBuffer.allocate(12).putShort((short) NbdWire.INFO_EXPORT);
        export.putLong(sizeBytes).putShort((short) NbdWire.EXPORT_FLAGS);
        reply(option, NbdWire.REPLY_INFO, export.array());
        var blocks = ByteBuffer.allocate(14).putShort((short) NbdWire.INFO_BLOCK_SIZE);
        blocks.putInt(VolatileDisk.SECTOR_BYTES).putInt(4096).putInt(NbdWire.PAYLOAD_BYTES);
        reply(option, NbdWire.REPLY_INFO, blocks.array());
        reply(option, NbdWire.REPLY_ACK, new byte[0]);
        return true;
    }

    private static String exportName(ByteBuffer data) {
        int length = data.getInt();
        if (length < 0 || length > data.remaining()) throw new BufferUnderflowException();
        var name = new byte[length];
        data.get(name);
        int requests = Short.toUnsignedInt(data.getShort());
        if (data.remaining() != 2 * requests) throw new BufferUnderflowException();
        return new String(name, StandardCharsets.UTF_8);
    }

    private void reply(int option, int type, byte[] data) throws IOException {
        out.writeLong(NbdWire.OPTION_REPLY);
        out.writeInt(option);
        out.writeInt(type);
        out.writeInt(data.length);
        out.write(data);
        out.flush();
    }

    private static byte[] text(String message) {
        return message.getBytes(StandardCharsets.UTF_8);
    }
}

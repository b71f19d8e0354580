// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import dev.evenkeel.content.RandomBytes;
import dev.evenkeel.core.MalformedInput;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/// A delta in one file: its head, and behind it the frames in order.
public final class DeltaFile implements Closeable {
    private final RandomBytes bytes;
    private final DeltaHead head;
    private final int headBytes;

    private DeltaFile(RandomBytes bytes, DeltaHead head, int headBytes) {
        this.bytes = bytes;
        this.head = head;
        this.headBytes = headBytes;
    }

    /// Throws [MalformedInput] where the file is no delta, or is cut off.
    public static DeltaFile open(Path file) throws IOException {
        RandomBytes bytes = RandomBytes.open(file);
        try {
            int prefixBytes = (int) Math.min(bytes.sizeBytes(), DeltaHead.PREFIX_BYTES);
            int headBytes = DeltaHead.headBytes(bytes.read(0, prefixBytes));
            byte[] start = bytes.read(0, (int) Math.min(bytes.sizeBytes(), headBytes));
            DeltaHead head = DeltaHead.read(start);
            long end = head.frameAt(head.frames().size(), headBytes);
            if (bytes.sizeBytes() != end) {
                throw new MalformedInput(
                        "delta: expected "
                                + end
                                + " bytes, found "
                                + bytes.sizeBytes()
                                + "; it was cut off or added to");
            }
            return new DeltaFile(bytes, head, headBytes);
        } catch (IOException | RuntimeException fault) {
            bytes.close();
            throw fault;
        }
    }

    public DeltaHead head() {
        return head;
    }

    /// The bytes of one frame; nothing is known of them yet.
    public byte[] frame(int number) throws IOException {
        return bytes.read(head.frameAt(number, headBytes), head.frames().get(number).packedBytes());
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}

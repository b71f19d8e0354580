// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import dev.evenkeel.boot.Region;
import dev.evenkeel.core.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// A state partition on which what the old online keys signed is removed only once the new root is
/// durable.
final class LateRemoval extends WrappedDisk {
    /// Where a copy's header says how long its content is.
    private static final int LENGTH_AT = 32;

    private record Held(long offset, byte[] bytes) {}

    private final List<Held> held = new ArrayList<>();
    private boolean isRootWritten;

    LateRemoval(Disk state) {
        super(state);
    }

    @Override
    public void write(long offset, ByteBuffer from) throws IOException {
        Region region = StateMap.region(offset).orElseThrow();
        boolean isOnline = region == Region.TRUST_TIMESTAMP || region == Region.TRUST_SNAPSHOT;
        byte[] bytes = new byte[from.remaining()];
        from.duplicate().get(bytes);
        if (isOnline && isEmpty(bytes)) {
            held.add(new Held(offset, bytes));
            return;
        }
        isRootWritten |= region == Region.TRUST_ROOT;
        super.write(offset, from);
    }

    private static boolean isEmpty(byte[] area) {
        return area.length > LENGTH_AT + Long.BYTES
                && ByteBuffer.wrap(area).getLong(LENGTH_AT) == 0;
    }

    @Override
    public void flush() throws IOException {
        super.flush();
        if (!isRootWritten) return;
        isRootWritten = false;
        List<Held> removals = List.copyOf(held);
        held.clear();
        for (Held removal : removals) {
            super.write(removal.offset(), ByteBuffer.wrap(removal.bytes()));
            super.flush();
        }
    }
}

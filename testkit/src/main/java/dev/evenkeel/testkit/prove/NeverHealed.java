// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import dev.evenkeel.boot.Region;
import dev.evenkeel.boot.StatePartition;
import dev.evenkeel.core.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A state partition of which a broken copy is not made good from the other one: only new content
/// is written.
final class NeverHealed extends WrappedDisk {
    private static final int SECTOR_BYTES = 512;
    private static final int HEADER_BYTES = 128;

    private final Disk state;
    private byte @Nullable [] scrub;
    private long scrubbed;

    NeverHealed(Disk state) {
        super(state);
        this.state = state;
    }

    @Override
    public void write(long offset, ByteBuffer from) throws IOException {
        byte[] bytes = new byte[from.remaining()];
        from.get(bytes);
        // whether a copy is scrubbed shows in what comes after
        if (bytes.length == SECTOR_BYTES) {
            scrub = bytes;
            scrubbed = offset;
            return;
        }
        byte[] held = scrub;
        scrub = null;
        Region region = StateMap.region(offset).orElseThrow();
        if (isBroken(region) && isKnown(region, bytes)) return;
        if (held != null) super.write(scrubbed, ByteBuffer.wrap(held));
        super.write(offset, ByteBuffer.wrap(bytes));
    }

    private boolean isBroken(Region region) {
        return new StatePartition(state)
                .copies(region).stream().anyMatch(StatePartition.Copy::isBroken);
    }

    private boolean isKnown(Region region, byte[] area) {
        byte[] known = new StatePartition(state).read(region).orElse(new byte[0]);
        int end = HEADER_BYTES + known.length;
        return end <= area.length
                && Arrays.equals(area, HEADER_BYTES, end, known, 0, known.length)
                && Arrays.stream(toInts(area, end)).allMatch(one -> one == 0);
    }

    private static int[] toInts(byte[] area, int from) {
        int[] rest = new int[area.length - from];
        for (int i = 0; i < rest.length; i++) rest[i] = area[from + i];
        return rest;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Something that was written and not flushed: a sector of a record, or a whole chunk. A power cut
/// may leave it as it was, as it was meant, or torn.
final class Unit {
    /// What the medium keeps of a unit, as one sign in a seed.
    static final char OLD = '0';

    static final char NEW = '1';
    static final char TORN = 't';

    /// The sector reads as rubbish.
    static final char SPOILED = 's';

    /// The erase block around it is gone.
    static final char ERASED = 'e';

    /// An earlier version than the newest: `2` is the first, `3` the second...
    static final char FIRST_EARLIER = '2';

    private static final int MOST_EARLIER = 3;

    final Partition partition;
    final long offset;
    final boolean isDirect;
    private final byte[] old;
    private final List<byte[]> versions = new ArrayList<>();

    Unit(Partition partition, long offset, byte[] old, boolean isDirect) {
        this.partition = partition;
        this.offset = offset;
        this.old = old;
        this.isDirect = isDirect;
    }

    void write(byte[] bytes) {
        versions.add(bytes);
    }

    byte[] newest() {
        return versions.getLast();
    }

    boolean isPayload() {
        return partition.kind() == Partition.Kind.PAYLOAD;
    }

    /// The outcomes that are neither old nor new.
    List<Character> oddOutcomes(boolean erases) {
        var odd = new ArrayList<Character>();
        odd.add(TORN);
        if (!isPayload()) odd.add(SPOILED);
        for (int i = 0; i < Math.min(MOST_EARLIER, versions.size() - 1); i++) {
            odd.add((char) (FIRST_EARLIER + i));
        }
        if (erases) odd.add(ERASED);
        return odd;
    }

    byte[] content(char outcome) {
        return switch (outcome) {
            case OLD -> old;
            case NEW -> newest();
            case TORN -> torn();
            case SPOILED, ERASED -> filled(outcome == SPOILED ? (byte) 0xa5 : (byte) 0xff);
            default -> versions.get(outcome - FIRST_EARLIER);
        };
    }

    private byte[] torn() {
        byte[] torn = old.clone();
        System.arraycopy(newest(), 0, torn, 0, torn.length / 2);
        return torn;
    }

    private byte[] filled(byte with) {
        byte[] bytes = new byte[old.length];
        Arrays.fill(bytes, with);
        return bytes;
    }
}

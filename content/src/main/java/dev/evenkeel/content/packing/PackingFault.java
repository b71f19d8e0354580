// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.packing;

/// Bytes that cannot be unpacked, or packed again, as asked.
public abstract sealed class PackingFault extends RuntimeException {
    private PackingFault(String message) {
        super(message);
    }

    /// Packed bytes that are no such thing: damaged, cut, or made to do harm.
    public static final class Malformed extends PackingFault {
        Malformed(String what, String found) {
            super(what + ": " + found + "; the bytes are damaged or not packed in this way");
        }
    }

    /// Packed bytes that would give more than was agreed: a decompression bomb stops here.
    public static final class TooLarge extends PackingFault {
        private final int limitBytes;

        TooLarge(String what, int limitBytes) {
            super(
                    what
                            + ": expected at most "
                            + limitBytes
                            + " bytes out of it, found more; nothing of it was used");
            this.limitBytes = limitBytes;
        }

        public int limitBytes() {
            return limitBytes;
        }
    }

    /// A packing that this build cannot do exactly, or not at all: what needs it has to come in
    /// another way.
    public static final class Unavailable extends PackingFault {
        private final String packing;

        Unavailable(String packing, String why) {
            super("packing '" + packing + "': " + why + "; take a delta without it");
            this.packing = packing;
        }

        public String packing() {
            return packing;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.filesystem;

/// What reading a layout may cost, in bytes read and kept, so that an image whose folders, lists or
/// tables repeat themselves for ever ends early. A multiple of the image's length: what an honest
/// image needs is far below.
final class Budget {
    private static final long BASE = 4L << 20;
    private static final long PER_BYTE = 64;
    private static final long MOST = 512L << 20;

    private long left;

    Budget(long imageBytes) {
        left = imageBytes > MOST / PER_BYTE ? MOST : Math.min(MOST, BASE + PER_BYTE * imageBytes);
    }

    void spend(long bytes) throws Damaged {
        if (bytes < 0 || bytes > left) {
            left = 0;
            throw new Damaged();
        }
        left -= bytes;
    }

    boolean isSpent() {
        return left == 0;
    }
}

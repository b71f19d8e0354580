// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.tree;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// The first bytes of a stream.
final class Bounded extends FilterInputStream {
    private long left;

    Bounded(InputStream in, long sizeBytes) {
        super(in);
        left = sizeBytes;
    }

    @Override
    public int read() throws IOException {
        if (left <= 0) return -1;
        int one = super.read();
        if (one >= 0) left--;
        return one;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (left <= 0) return -1;
        int n = super.read(into, offset, (int) Math.min(length, left));
        if (n > 0) left -= n;
        return n;
    }

    @Override
    public long skip(long count) throws IOException {
        long skipped = super.skip(Math.min(count, left));
        left -= skipped;
        return skipped;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}

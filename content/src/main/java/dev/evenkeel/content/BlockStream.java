// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import java.io.IOException;
import java.io.InputStream;

/// A stream that says only how many bytes at a time are read.
public abstract class BlockStream extends InputStream {
    /// For whoever reads blocks.
    protected BlockStream() {}

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public abstract int read(byte[] into, int offset, int length) throws IOException;
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import dev.evenkeel.core.Digest;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// What arrived of one piece of content, a frame or an index, before its link broke. The next
/// connection asks for the rest only: a slow link that is cut often would else bring the same bytes
/// again and again (promise 5).
///
/// Nothing here is verified, and nothing looks at it but the check of the whole piece. A piece that
/// fails its check was forgotten before, and is fetched anew from its first byte.
public final class Unfinished {
    private @Nullable Digest piece;
    private byte[] bytes = new byte[0];
    private int count;

    /// Holds nothing yet.
    public Unfinished() {}

    /// How many bytes are here of the piece with this digest, from its first on.
    public int held(Digest wanted) {
        return wanted.equals(piece) ? count : 0;
    }

    /// Reads what is missing of a piece of `length` bytes from `rest`, and hands it over whole.
    /// Throws what `rest` throws, or [EOFException] where it ends early; what came until then is
    /// held.
    public byte[] complete(Digest wanted, int length, InputStream rest) throws IOException {
        if (!wanted.equals(piece) || bytes.length != length) begin(wanted, length);
        while (count < length) {
            int read = rest.read(bytes, count, length - count);
            if (read < 0) throw new EOFException("ended after " + count + " of " + length);
            count += read;
        }
        byte[] whole = bytes;
        begin(null, 0);
        return whole;
    }

    private void begin(@Nullable Digest wanted, int length) {
        piece = wanted;
        bytes = new byte[length];
        count = 0;
    }
}

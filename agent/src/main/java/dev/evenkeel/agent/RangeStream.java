// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import java.io.FilterInputStream;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/// The bytes of one range as they arrive. Closing early drops the connection instead of reading the
/// rest of the range; after the last byte the connection is kept for the next one.
final class RangeStream extends FilterInputStream {
    private final HttpURLConnection connection;
    private final URI server;
    private long left;

    RangeStream(HttpURLConnection connection, URI server, long length) throws IOException {
        super(connection.getInputStream());
        this.connection = connection;
        this.server = server;
        this.left = length;
    }

    @Override
    public int read() throws IOException {
        try {
            int one = super.read();
            if (one >= 0) left--;
            return one;
        } catch (IOException broken) {
            throw LinkFault.of(server, broken);
        }
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        try {
            int count = super.read(into, offset, length);
            if (count > 0) left -= count;
            return count;
        } catch (IOException broken) {
            throw LinkFault.of(server, broken);
        }
    }

    @Override
    public long skip(long count) throws IOException {
        try {
            long skipped = super.skip(count);
            left -= skipped;
            return skipped;
        } catch (IOException broken) {
            throw LinkFault.of(server, broken);
        }
    }

    @Override
    public void close() throws IOException {
        if (left > 0) connection.disconnect();
        else super.close();
    }
}

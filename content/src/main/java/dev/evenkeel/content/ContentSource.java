// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/// A carrier of content: a server, a cache, a LAN peer, a stick, a folder. None is trusted; whoever
/// reads checks length and digest. Paths are those of [ContentPath].
public interface ContentSource {
    /// All bytes of a small file. Throws [ContentFault.NotCarried] where it is not there, and
    /// [IOException] where it could not be read or is larger than `maxBytes`.
    byte[] fetch(String path, int maxBytes) throws IOException;

    /// `length` bytes from offset `from` of an immutable file. The stream may end early when the
    /// carrier is cut off; that is for the reader to notice.
    InputStream open(String path, long from, long length) throws IOException;

    /// Some bytes of a file: `length` from offset `from`.
    record Span(long from, long length) {
        public Span {
            if (from < 0 || length < 1) {
                throw new IllegalArgumentException("no span: " + length + " bytes from " + from);
            }
        }

        /// The offset behind the last byte.
        public long end() {
            return from + length;
        }
    }

    /// The bytes of several spans of an immutable file, one behind the other; `spans` ascend and do
    /// not overlap. A carrier that takes no more than one span in a request is asked in turn. Ends
    /// early as [#open(String, long, long)] does.
    default InputStream open(String path, List<Span> spans) throws IOException {
        return SpansInTurn.open(this, path, spans);
    }

    /// How many bytes one request to this carrier should ask for at most: what was sent when the
    /// link or the power breaks was sent in vain.
    default int requestBytes() {
        return FetchPlan.MAX_RANGE_BYTES;
    }

    /// Tells the carrier that what it brought of a file is not what the file's name, or the signed
    /// index, says of it.
    default void wasWrong(String path, String what) {}
}

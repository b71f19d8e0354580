// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import java.io.IOException;
import java.io.InputStream;

/// A carrier of content: a server, a cache, a LAN peer, a stick, a folder. None is trusted; whoever
/// reads checks length and digest. Paths are those of [ContentPath].
public interface ContentSource {
    /// All bytes of a small file. Throws [ContentFault.NotCarried] where it is not there, and
    /// [IOException] where it could not be read or is larger than `maxBytes`.
    byte[] fetch(String path, int maxBytes) throws IOException;

    /// `length` bytes from offset `from` of an immutable file. The stream may end early when the
    /// carrier is cut off; that is for the reader to notice.
    InputStream open(String path, long from, long length) throws IOException;
}

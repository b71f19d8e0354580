// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.filesystem;

import org.tukaani.xz.ArrayCache;
import org.tukaani.xz.BasicArrayCache;

/// What unpacking a block of xz may take. A block has a decoder of its own, so its dictionary is
/// kept for the next one.
final class XzMemory {
    /// A squashfs block has at most 1 MiB, and its dictionary is not larger; the rest is the
    /// decoder's own.
    static final int MOST_KIBIBYTES = 2_048;

    static final ArrayCache ARRAYS = BasicArrayCache.getInstance();

    private XzMemory() {}
}

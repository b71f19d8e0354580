// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.filesystem;

import java.io.IOException;

/// Takes the pieces of an inode's bytes, in order; what is between them are holes.
interface Pieces {
    void take(long offset, long length, long at) throws IOException;
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import java.io.IOException;

/// Takes bytes in order.
interface ByteSink {
    void write(byte[] bytes, int offset, int length) throws IOException;
}

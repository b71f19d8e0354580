// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

/// Bytes on the topmost level of an image.
record Piece(long at, int length) {
    long end() {
        return at + length;
    }
}

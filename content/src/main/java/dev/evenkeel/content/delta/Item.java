// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import java.util.List;

/// A file of an image, or a member of one, or what belongs to no file: bytes that have a name.
///
/// @param pieces in the order of the file, on the topmost level of the image
record Item(String name, List<Piece> pieces) {
    Item {
        pieces = List.copyOf(pieces);
    }

    long sizeBytes() {
        return pieces.stream().mapToLong(Piece::length).sum();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.io.IOException;

/// A client broke the NBD protocol so that its next byte means nothing any more; it is hung up on.
final class NbdViolation extends IOException {
    NbdViolation(String found) {
        super("NBD client: " + found);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.filesystem;

import java.io.IOException;

/// A part of an image that breaks its format or asks for more than the [Budget] has. Whoever reads
/// the part leaves it out; nobody outside of this package sees it, so it needs no words.
final class Damaged extends IOException {
    Damaged() {}
}

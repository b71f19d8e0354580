// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import java.nio.file.Path;

/// What is sent of one file.
///
/// @param tag entity tag, with its quotes
record TransferPlan(Path file, long size, String tag, String caching, String type, Part part) {
    sealed interface Part {
        /// The client has it.
        record NotModified() implements Part {}

        record Bytes(ByteRanges ranges) implements Part {}
    }
}

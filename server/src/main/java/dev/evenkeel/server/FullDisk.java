// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import java.util.Locale;
import java.util.stream.Stream;

/// Tells the fault of a full disk from others. Java has no type for ENOSPC, only its words.
final class FullDisk {
    private FullDisk() {}

    static boolean isBehind(Throwable fault) {
        return Stream.iterate(fault, each -> each != null, Throwable::getCause)
                .map(each -> String.valueOf(each.getMessage()).toLowerCase(Locale.ROOT))
                .anyMatch(words ->
                        words.contains("no space left on device") // ENOSPC
                                || words.contains("disk quota exceeded") // EDQUOT
                                || words.contains("database or disk is full")); // SQLITE_FULL
    }
}

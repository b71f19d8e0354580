// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import java.io.IOException;
import java.util.Optional;

/// Where the boot record lives: two copies, of which a writer always replaces the older or the
/// broken one, so that a torn write costs nothing.
public sealed interface BootRecordStore permits BootRecords, RedundantRecords {
    /// The newest good copy, or [BootRecord#DEFAULT] when both are broken. Never fails: a copy that
    /// cannot be read is a broken one.
    Loaded load();

    /// Writes the record, durably, in place of the older or broken copy.
    ///
    /// @return the record as written, with its new sequence
    BootRecord store(BootRecord record) throws IOException;

    /// Makes both copies good again; does nothing when they are.
    ///
    /// @return what was found before
    default Loaded heal() throws IOException {
        Loaded found = load();
        if (found.isSound()) return found;
        BootRecord written = store(found.record());
        if (found.isDefault()) store(written);
        return found;
    }

    /// A record and what is known about its two copies.
    ///
    /// @param firstFault what is wrong with the copy in env-0
    /// @param secondFault what is wrong with the copy in env-1
    record Loaded(BootRecord record, Optional<String> firstFault, Optional<String> secondFault) {
        public boolean isSound() {
            return firstFault.isEmpty() && secondFault.isEmpty();
        }

        /// Whether both copies were broken and the default stands in.
        public boolean isDefault() {
            return firstFault.isPresent() && secondFault.isPresent();
        }

        /// As the boot script tells it in `evenkeel.copies`: `01`, `0x`, `x1` or `xx`.
        public String copies() {
            return (firstFault.isEmpty() ? "0" : "x") + (secondFault.isEmpty() ? "1" : "x");
        }
    }
}

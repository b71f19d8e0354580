// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

/// One thing that a run did and that a power cut could come after.
sealed interface Operation {
    /// Bytes that the disk took.
    ///
    /// @param direct the bootloader's: it went past the page cache into the drive's, so that any
    ///   flush of the drive brings it to the medium
    record Write(Partition partition, long offset, byte[] bytes, boolean direct)
            implements Operation {}

    record Flush(Partition partition) implements Operation {}

    /// Something outside of the device remembers more than before.
    record Told(Surroundings around, String what) implements Operation {}

    /// In plain words, for a failing trace.
    default String words() {
        return switch (this) {
            case Write write ->
                    (write.direct() ? "bootloader writes " : "write ")
                            + write.bytes().length
                            + " bytes to "
                            + write.partition().label()
                            + " at "
                            + write.offset()
                            + StateMap.words(write);
            case Flush flush -> "flush " + flush.partition().label();
            case Told told -> told.what();
        };
    }
}

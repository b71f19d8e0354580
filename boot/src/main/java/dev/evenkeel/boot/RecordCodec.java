// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import dev.evenkeel.core.MalformedInput;

/// One of the two ways to keep a boot record in a copy, and to tell which copy is newer.
interface RecordCodec {
    /// What one copy holds; `counter` orders it against the other copy.
    record Copy(BootRecord record, int counter) {}

    /// The record of one copy.
    ///
    /// @throws MalformedInput when the copy is torn, corrupt or not one of ours
    Copy read(byte[] area);

    boolean secondIsNewer(int first, int second);

    /// A copy of `record` that is newer than the one with `counter`.
    Copy following(BootRecord record, int counter);

    byte[] write(Copy copy);

    RecordCodec PLAIN =
            new RecordCodec() {
                @Override
                public Copy read(byte[] area) {
                    BootRecord record = BootRecord.read(area);
                    return new Copy(record, record.sequence());
                }

                @Override
                public boolean secondIsNewer(int first, int second) {
                    return BootRecord.isNewer(second, first);
                }

                @Override
                public Copy following(BootRecord record, int counter) {
                    BootRecord next = record.following(counter);
                    return new Copy(next, next.sequence());
                }

                @Override
                public byte[] write(Copy copy) {
                    return copy.record().toBytes();
                }
            };

    RecordCodec REDUNDANT =
            new RecordCodec() {
                @Override
                public Copy read(byte[] area) {
                    UbootEnvironment.Redundant found = UbootEnvironment.readRedundant(area);
                    UbootEnvironment environment = found.environment();
                    // the flag orders the copies here, seq need not be there
                    if (!environment.value("seq").matches("[012]")) {
                        environment = environment.with("seq", "0");
                    }
                    return new Copy(BootRecord.read(environment), found.flag());
                }

                // as U-Boot's env_import_redund(): the greater flag, but 0 follows 255.
                @Override
                public boolean secondIsNewer(int first, int second) {
                    if (first == 255 && second == 0) return true;
                    if (first == 0 && second == 255) return false;
                    return second > first;
                }

                @Override
                public Copy following(BootRecord record, int counter) {
                    return new Copy(record.following(record.sequence()), (counter + 1) & 0xff);
                }

                @Override
                public byte[] write(Copy copy) {
                    return copy.record().toEnvironment().toRedundant(copy.counter());
                }
            };
}

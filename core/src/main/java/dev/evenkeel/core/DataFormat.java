// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core;

import dev.evenkeel.core.json.JsonObject;

/// What a release can do with the data partition: the formats that it reads and the one that it
/// writes. A release may be installed, or rolled back to, only where it reads what the device's
/// data are written in.
public record DataFormat(IntRange reads, int writes) {
    public DataFormat {
        if (!reads.contains(writes)) {
            throw new MalformedInput(
                    "a release must read the data format that it writes: reads "
                            + reads
                            + ", writes "
                            + writes);
        }
    }

    public static DataFormat read(JsonObject json) {
        return new DataFormat(IntRange.read(json.object("reads")), json.smallInteger("writes"));
    }

    public JsonObject toJson() {
        return JsonObject.of("reads", reads.toJson()).with("writes", writes);
    }

    public boolean canRead(int format) {
        return reads.contains(format);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

/// The versions that a timestamp must not go below.
record TimestampFloor(long version, long snapshotVersion) {
    static final TimestampFloor NONE = new TimestampFloor(0, 0);
}

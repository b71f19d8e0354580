// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

/// What may be forgiven on a way on which the medium failed.
enum Excuse {
    NONE,
    /// The update may fail, as long as it is told and the old release runs.
    UPDATE_MAY_FAIL,
    /// The same, and the slot that rotted does not boot.
    SLOT_IS_ROTTEN;

    boolean isExcused() {
        return this != NONE;
    }

    Excuse and(Excuse other) {
        return compareTo(other) >= 0 ? this : other;
    }

    boolean covers(Broken broken) {
        return this == SLOT_IS_ROTTEN && broken.promise() == Promise.OLD_OR_NEW;
    }
}

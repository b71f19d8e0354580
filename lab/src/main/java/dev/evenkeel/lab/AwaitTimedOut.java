// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

/// Something that was awaited from a device did not happen in time.
public final class AwaitTimedOut extends LabFailure {
    AwaitTimedOut(String message) {
        super(message);
    }
}

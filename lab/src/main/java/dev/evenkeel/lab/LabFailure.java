// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

/// The lab could not do what it was asked, through no fault of the device under test: says what was
/// tried, what was found and what to do next.
public sealed class LabFailure extends RuntimeException permits AwaitTimedOut {
    public LabFailure(String message) {
        super(message);
    }

    public LabFailure(String message, Throwable cause) {
        super(message, cause);
    }
}

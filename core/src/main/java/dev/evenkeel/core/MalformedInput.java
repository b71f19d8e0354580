// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core;

/// Input from the caller's world that breaks its format: says what was being read, what was
/// expected and what was found.
public final class MalformedInput extends RuntimeException {
    public MalformedInput(String message) {
        super(message);
    }

    public MalformedInput(String message, Throwable cause) {
        super(message, cause);
    }

    /// The same fault with the place that it was found in, put before it: `manifest.json: member
    /// 'size': ...`.
    public MalformedInput in(String place) {
        return new MalformedInput(place + ": " + getMessage(), this);
    }
}

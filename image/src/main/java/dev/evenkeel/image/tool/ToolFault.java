// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.tool;

/// The pinned tools cannot be unpacked or run on this machine.
public final class ToolFault extends RuntimeException {
    ToolFault(String message) {
        super(message);
    }

    ToolFault(String message, Throwable cause) {
        super(message, cause);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

/// A command could not do what was asked; the message is for people.
final class CommandFault extends RuntimeException {
    private final int exitCode;

    CommandFault(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    static CommandFault refused(String message) {
        return new CommandFault(Faults.REFUSED, message);
    }

    int exitCode() {
        return exitCode;
    }
}

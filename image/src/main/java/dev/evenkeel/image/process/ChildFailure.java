// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.process;

import java.util.List;

/// A program that was run ended with an error; the message holds its last words.
public final class ChildFailure extends RuntimeException {
    private final int status;

    ChildFailure(String task, List<String> command, int status, String lastWords) {
        super(
                task
                        + ": '"
                        + program(command)
                        + "' ended with status "
                        + status
                        + (lastWords.isBlank() ? "" : ":\n" + lastWords.strip().indent(2)));
        this.status = status;
    }

    ChildFailure(String task, String reason) {
        super(task + ": " + reason);
        this.status = -1;
    }

    /// Exit status of the program, or -1 when it could not be started or was stopped.
    public int status() {
        return status;
    }

    private static String program(List<String> command) {
        return command.isEmpty() ? "?" : command.getFirst();
    }
}

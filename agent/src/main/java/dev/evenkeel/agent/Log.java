// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import java.io.PrintStream;

/// Lines for journald (sd-daemon(3): a line may begin with its priority). No logging framework: it
/// would be the largest thing in memory.
public final class Log {
    private final PrintStream out;

    public Log(PrintStream out) {
        this.out = out;
    }

    void info(String message) {
        line(6, message);
    }

    void warn(String message) {
        line(4, message);
    }

    void error(String message) {
        line(3, message);
    }

    private void line(int priority, String message) {
        out.println("<" + priority + ">" + message.replace('\n', ' '));
    }
}

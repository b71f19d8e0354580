// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.core.MalformedInput;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import picocli.CommandLine;

/// Turns what went wrong into one message and an exit code. A fault of the caller's world is told
/// in words; a fault of ours is shown with its trace, because somebody has to mend it.
final class Faults implements CommandLine.IExecutionExceptionHandler {
    static final int REFUSED = 1;
    static final int UNREACHABLE = 4;

    @Override
    public int handleExecutionException(
            Exception fault, CommandLine command, CommandLine.ParseResult parsed) {
        PrintWriter err = command.getErr();
        Throwable cause =
                fault instanceof UncheckedIOException io && io.getCause() != null
                        ? io.getCause()
                        : fault;
        switch (cause) {
            case CommandFault told -> {
                err.println("evenkeel: " + told.getMessage());
                return told.exitCode();
            }
            case ConnectException _ -> {
                err.println("evenkeel: the server does not answer: " + cause.getMessage());
                return UNREACHABLE;
            }
            case MalformedInput malformed -> err.println("evenkeel: " + malformed.getMessage());
            case java.nio.file.NoSuchFileException missing ->
                    err.println("evenkeel: there is no file " + missing.getFile());
            case java.nio.file.AccessDeniedException denied ->
                    err.println("evenkeel: no permission for " + denied.getFile());
            case java.io.IOException io ->
                    err.println(
                            "evenkeel: "
                                    + (io.getMessage() == null ? io.toString() : io.getMessage()));
            case RuntimeException ours when isToldInWords(ours) ->
                    err.println("evenkeel: " + ours.getMessage());
            default -> {
                err.println(
                        "evenkeel: a fault in Evenkeel itself; please report it with the lines below");
                cause.printStackTrace(err);
            }
        }
        return REFUSED;
    }

    /// The sealed faults of our modules are written for people; anything from java.* is not.
    private static boolean isToldInWords(RuntimeException fault) {
        return fault.getMessage() != null && fault.getClass().getName().startsWith("dev.evenkeel.");
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where a passphrase or a PIN comes from: a file, the environment, or a prompt; never the command
/// line, which every process on the machine can read.
final class Secrets {
    private static final int MOST_BYTES = 4096;

    @Option(
            names = "--passphrase-file",
            paramLabel = "FILE",
            description =
                    "File whose first line is the key's passphrase or the token's PIN (default: EVENKEEL_PASSPHRASE, else a prompt).")
    private @Nullable Path file;

    char[] existing(String what) throws IOException {
        return given().length > 0 ? given() : prompt(what + ": ");
    }

    /// Asked for twice, since nobody can see what was typed.
    char[] chosen(String what) throws IOException {
        if (given().length > 0) return given();
        char[] first = prompt("New " + what + ": ");
        char[] again = prompt("The same again: ");
        if (Arrays.equals(first, again)) return first;
        throw CommandFault.refused("the two were not the same; nothing was made");
    }

    private char[] given() throws IOException {
        Path from = file;
        if (from != null) {
            if (Files.size(from) > MOST_BYTES) {
                throw CommandFault.refused(from + " is too large for a passphrase");
            }
            return Files.readString(from, UTF_8).lines().findFirst().orElse("").toCharArray();
        }
        String variable = System.getenv("EVENKEEL_PASSPHRASE");
        return variable == null ? new char[0] : variable.toCharArray();
    }

    private static char[] prompt(String text) {
        Console console = System.console();
        char[] typed =
                Objects.nonNull(console) && console.isTerminal()
                        ? console.readPassword("%s", text)
                        : null;
        if (typed != null && typed.length > 0) return typed;
        throw CommandFault.refused(
                "no passphrase or PIN: there is nobody to ask. Name a file with --passphrase-file, or"
                        + " set EVENKEEL_PASSPHRASE.");
    }
}

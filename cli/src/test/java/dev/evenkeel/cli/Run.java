// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;

/// What a command said, and how it ended.
record Run(int exitCode, String out, String err) {
    private static final int MAX_BYTES = 100_000;

    static Run of(Object... words) {
        var out = new StringWriter();
        var err = new StringWriter();
        int exitCode =
                Main.commandLine()
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err))
                        .execute(Arrays.stream(words).map(String::valueOf).toArray(String[]::new));
        return new Run(exitCode, out.toString(), err.toString());
    }

    /// All that it said on standard output, which with `--json` is one object.
    JsonObject json() {
        return StrictJson.parseObject(out.getBytes(UTF_8), MAX_BYTES);
    }
}

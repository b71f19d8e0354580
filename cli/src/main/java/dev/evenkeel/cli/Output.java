// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.PrettyJson;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// How a command speaks: in words and tables, or with `--json` in one JSON value on standard
/// output.
final class Output {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--json", description = "Print JSON for machines instead of text.")
    private boolean json;

    boolean isJson() {
        return json;
    }

    PrintWriter out() {
        return command.commandLine().getOut();
    }

    PrintWriter err() {
        return command.commandLine().getErr();
    }

    /// The result: as JSON when asked for, else as the words that `text` prints.
    void show(Json value, Runnable text) {
        if (json) {
            out().println(PrettyJson.line(value));
        } else {
            text.run();
        }
        out().flush();
    }

    /// What a channel was asked for: whose signatures it waits for, or that it is `done`.
    void showOffer(JsonObject answer, String done) {
        show(answer, () -> line(answer.optionalText("waiting").orElse(done)));
    }

    void line(String text) {
        out().println(text);
    }

    /// Columns as wide as their widest cell; the first row is the heading.
    void table(List<List<String>> rows) {
        var widths = new ArrayList<Integer>();
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                if (widths.size() <= i) widths.add(0);
                widths.set(i, Math.max(widths.get(i), row.get(i).length()));
            }
        }
        CommandLine.Help.Ansi ansi = CommandLine.Help.Ansi.AUTO;
        for (int r = 0; r < rows.size(); r++) {
            var line = new StringBuilder();
            for (int i = 0; i < rows.get(r).size(); i++) {
                String cell = rows.get(r).get(i);
                line.append(cell);
                if (i < rows.get(r).size() - 1) line.repeat(" ", widths.get(i) - cell.length() + 2);
            }
            out().println(
                            r == 0
                                    ? ansi.string(
                                            "@|bold " + line.toString().stripTrailing() + "|@")
                                    : line.toString().stripTrailing());
        }
    }

    /// A size for people: `73.4 MB`.
    static String size(long bytes) {
        if (bytes < 1_000) return bytes + " B";
        double value = bytes;
        for (String unit : List.of("kB", "MB", "GB")) {
            value /= 1_000;
            if (value < 1_000 || unit.equals("GB"))
                return String.format(Locale.ROOT, "%.1f %s", value, unit);
        }
        throw new IllegalStateException("the list ends with GB");
    }
}

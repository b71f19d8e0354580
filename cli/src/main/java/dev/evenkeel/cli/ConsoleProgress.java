// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.image.process.Progress;
import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Objects;

/// Tells on standard error how far a long piece of work is: stages with their times, and bytes
/// within a stage. On a terminal the current line is rewritten; into a file or pipe only finished
/// stages are written.
final class ConsoleProgress implements Progress, AutoCloseable {
    private static final long REWRITE_EVERY_NANOS = 200_000_000L;

    private final PrintWriter err;
    private final boolean terminal;
    private final long startedNanos = System.nanoTime();
    private String stage = "";
    private long stageNanos;
    private long shownNanos;
    private long bytes;

    ConsoleProgress(PrintWriter err) {
        this.err = err;
        this.terminal = isTerminal();
    }

    @Override
    public synchronized void stage(String name) {
        finishStage();
        stage = name;
        stageNanos = System.nanoTime();
        bytes = 0;
        if (terminal) rewrite(name + " ...");
    }

    @Override
    public synchronized void bytes(long done, long total) {
        bytes = done;
        long now = System.nanoTime();
        if (!terminal || now - shownNanos < REWRITE_EVERY_NANOS) return;
        shownNanos = now;
        String share =
                total > 0
                        ? String.format(
                                Locale.ROOT,
                                " of %s (%d %%)",
                                Output.size(total),
                                100 * done / total)
                        : "";
        rewrite(stage + ": " + Output.size(done) + share);
    }

    @Override
    public synchronized void note(String line) {
        if (terminal) err.print("\r\033[K");
        err.println("  " + line);
        err.flush();
    }

    /// The last stage is done; what follows is the result.
    synchronized void done() {
        finishStage();
        stage = "";
        err.flush();
    }

    @Override
    public void close() {
        done();
    }

    double seconds() {
        return (System.nanoTime() - startedNanos) / 1e9;
    }

    private static boolean isTerminal() {
        Console console = System.console();
        return Objects.nonNull(console) && console.isTerminal();
    }

    private void finishStage() {
        if (stage.isEmpty()) return;
        String size = bytes > 0 ? "  " + Output.size(bytes) : "";
        if (terminal) err.print("\r\033[K");
        err.println(
                String.format(
                        Locale.ROOT,
                        "%-28s %6.1f s%s",
                        stage,
                        (System.nanoTime() - stageNanos) / 1e9,
                        size));
        err.flush();
    }

    private void rewrite(String line) {
        err.print("\r\033[K" + line);
        err.flush();
    }
}

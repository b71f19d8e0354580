// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// All that a device wrote to its serial port: kept in a file with times, the newest lines in
/// memory, and awaited as expect(1) does: each line answers at most one [#await].
public final class SerialLog implements AutoCloseable {
    private static final int KEPT_LINES = 20_000;
    private static final int LINE_CHARS = 4_096;
    private static final int TAIL_LINES = 8;

    /// A line that has no end for so long is a prompt.
    private static final long PROMPT_NANOS = 1_000_000_000;

    private static final Pattern ESCAPES =
            Pattern.compile("\u001b(?:\\[[0-9;?]*[ -/]*[@-~]|[()][A-Z0-9]|[=>78cDEHMNOZ])");
    private static final Pattern CONTROLS = Pattern.compile("[\\p{Cntrl}&&[^\\t]]");

    private final Path file;
    private final Writer writer;
    private final Consumer<SerialLine> onLine;
    private final Deque<SerialLine> lines = new ArrayDeque<>();
    private final StringBuilder partial = new StringBuilder();
    private long firstKept;
    private long nextAwaited;
    private int powerOn;
    private long powerOnNanos;
    private long lastByteNanos;
    private boolean closed;

    SerialLog(Path file, Consumer<SerialLine> onLine) throws IOException {
        this.file = file;
        this.onLine = onLine;
        writer =
                Files.newBufferedWriter(
                        file,
                        StandardCharsets.UTF_8,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
    }

    public Path file() {
        return file;
    }

    /// The device was switched on: its clock starts, and what was not awaited is not any more.
    synchronized void startPowerOn(int number, long nanos) {
        endLine();
        powerOn = number;
        powerOnNanos = nanos;
        nextAwaited = firstKept + lines.size();
        note("power on " + number);
    }

    synchronized void note(String text) {
        endLine();
        write("=== " + text);
    }

    synchronized double seconds() {
        return (System.nanoTime() - powerOnNanos) / 1e9;
    }

    void accept(byte[] bytes, int length) {
        var complete = new ArrayList<SerialLine>();
        synchronized (this) {
            // The line is ASCII in practice; anything else must not stop the log.
            String text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '\n' || partial.length() >= LINE_CHARS) endLine().ifPresent(complete::add);
                if (c != '\n') partial.append(c);
            }
            lastByteNanos = System.nanoTime();
            notifyAll();
        }
        complete.forEach(onLine);
    }

    private Optional<SerialLine> endLine() {
        String text = clean(partial);
        partial.setLength(0);
        if (text.isEmpty()) return Optional.empty();
        var line = new SerialLine(powerOn, seconds(), text);
        lines.addLast(line);
        if (lines.size() > KEPT_LINES) {
            lines.removeFirst();
            firstKept++;
        }
        write(line.toString());
        return Optional.of(line);
    }

    private static String clean(CharSequence raw) {
        String visible = ESCAPES.matcher(raw).replaceAll("");
        return CONTROLS.matcher(visible).replaceAll("").stripTrailing();
    }

    private void write(String line) {
        if (closed) return;
        try {
            writer.write(line + "\n");
            writer.flush();
        } catch (IOException full) {
            System.getLogger(SerialLog.class.getName())
                    .log(System.Logger.Level.WARNING, "cannot write " + file, full);
        }
    }

    /// The first line, not awaited before in this power-on, in which `pattern` is found; an
    /// unfinished line (a prompt) counts.
    synchronized SerialLine await(Pattern pattern, Duration patience, BooleanSupplier isAlive) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            boolean alive = isAlive.getAsBoolean();
            Optional<SerialLine> found = find(pattern);
            if (found.isPresent()) return found.get();
            if (!alive) throw notSeen(pattern, "the device is off");
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                throw notSeen(pattern, "not seen in " + patience.toSeconds() + " s");
            }
            try {
                wait(Math.min(millis, 250));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw notSeen(pattern, "interrupted");
            }
        }
    }

    private Optional<SerialLine> find(Pattern pattern) {
        int skip = (int) Math.max(0, nextAwaited - firstKept);
        long number = firstKept + skip;
        for (SerialLine line : lines.stream().skip(skip).toList()) {
            number++;
            if (pattern.matcher(line.text()).find()) {
                nextAwaited = number;
                return Optional.of(line);
            }
        }
        // complete lines need no second look; the unfinished one does, as it grows
        nextAwaited = number;
        if (System.nanoTime() - lastByteNanos < PROMPT_NANOS) return Optional.empty();
        String prompt = clean(partial);
        if (prompt.isEmpty() || !pattern.matcher(prompt).find()) return Optional.empty();
        endLine();
        nextAwaited = firstKept + lines.size();
        return Optional.of(lines.getLast());
    }

    private AwaitTimedOut notSeen(Pattern pattern, String why) {
        return new AwaitTimedOut(
                "awaited '"
                        + pattern
                        + "' on the serial port: "
                        + why
                        + ". Last lines:\n  "
                        + String.join("\n  ", tail(TAIL_LINES))
                        + "\nThe whole log: "
                        + file);
    }

    /// The newest lines with their times.
    public synchronized List<String> tail(int count) {
        return lines.stream()
                .skip(Math.max(0, lines.size() - count))
                .map(SerialLine::toString)
                .toList();
    }

    /// The lines of the current power-on that are kept.
    public synchronized List<SerialLine> lines() {
        return lines.stream().filter(line -> line.powerOn() == powerOn).toList();
    }

    public synchronized Optional<SerialLine> last() {
        return Optional.ofNullable(lines.peekLast());
    }

    @Override
    public synchronized void close() throws IOException {
        endLine();
        closed = true;
        writer.close();
    }
}

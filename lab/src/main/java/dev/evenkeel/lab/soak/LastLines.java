// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab.soak;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;

/// The last lines of a log that nobody reads unless something breaks.
final class LastLines extends OutputStream {
    private static final int MOST = 12;
    private static final int MOST_CHARS = 300;

    private final Deque<String> lines = new ArrayDeque<>();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    @Override
    public void write(int one) {
        if (one != '\n') {
            line.write(one);
            return;
        }
        String text = line.toString(UTF_8);
        line.reset();
        lines.add(text.length() > MOST_CHARS ? text.substring(0, MOST_CHARS) : text);
        if (lines.size() > MOST) lines.remove();
    }

    String text() {
        return String.join("\n", lines);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab.net;

import dev.evenkeel.core.MalformedInput;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One thing that is wrong with a network. Several hold at once, where that makes sense. "Towards
/// the device" is what the server sends.
public sealed interface Fault {
    /// The link carries so much in each direction, for all connections together.
    record Bandwidth(long bytesPerSecond) implements Fault {
        public Bandwidth {
            atLeastOne("bandwidth", bytesPerSecond);
        }
    }

    /// Every piece of data arrives so much later.
    record Latency(Duration time) implements Fault {}

    /// All connections are reset each time that this has passed.
    record CutEvery(Duration time) implements Fault {
        public CutEvery {
            atLeastOne("cut-every", time.toMillis());
        }
    }

    /// A connection is reset after so many bytes towards the device.
    record ResetAfter(long bytes) implements Fault {}

    /// A connection ends in order, but early, after so many bytes towards the device.
    record TruncateAfter(long bytes) implements Fault {}

    /// Nothing arrives any more after so many bytes towards the device; the connection stays open.
    record StallAfter(long bytes) implements Fault {}

    /// One bit is flipped, on average once in so many bytes towards the device.
    record CorruptEvery(long bytes) implements Fault {
        public CorruptEvery {
            atLeastOne("corrupt-every", bytes);
        }
    }

    /// A piece of data arrives twice, on average once in so many bytes towards the device.
    record DuplicateEvery(long bytes) implements Fault {
        public DuplicateEvery {
            atLeastOne("duplicate-every", bytes);
        }
    }

    /// Random bytes come in between, on average once in so many bytes towards the device.
    record GarbageEvery(long bytes) implements Fault {
        public GarbageEvery {
            atLeastOne("garbage-every", bytes);
        }
    }

    /// Connections are accepted, and then nobody ever says anything.
    record HalfOpen() implements Fault {}

    /// Connections are reset at once.
    record Refuse() implements Fault {}

    /// A captive portal: answers every request itself, with 200 and a page to sign in.
    ///
    /// @param isTls with a certificate of its own, instead of plain HTTP
    record Portal(boolean isTls) implements Fault {}

    /// The forms that [#parse] takes, one a line.
    String FORMS =
            """
            bandwidth=RATE        each direction, all connections together: 32kbit, 1mbit, or bytes a second
            latency=TIME          every piece of data arrives later: 200ms, 2s
            cut-every=TIME        all connections are reset, again and again
            reset-after=BYTES     a connection is reset when the device got so much of it
            truncate-after=BYTES  the same, but it ends in order
            stall-after=BYTES     the same, but it stays open and silent
            corrupt-every=BYTES   a bit flips, on average once in so many bytes
            duplicate-every=BYTES a piece of data arrives twice
            garbage-every=BYTES   random bytes come in between
            half-open             connections are accepted, and nothing is ever said
            refuse                connections are reset at once
            portal                a captive portal without TLS answers 200 with a page
            tls-portal            the same with TLS and a certificate of its own
            """;

    /// The fault that `text` names, in one of the [#FORMS].
    static Fault parse(String text) {
        int sign = text.indexOf('=');
        String name = (sign < 0 ? text : text.substring(0, sign)).strip();
        String value = sign < 0 ? "" : text.substring(sign + 1).strip();
        return switch (name) {
            case "bandwidth" -> new Bandwidth(rate(value));
            case "latency" -> new Latency(time(value));
            case "cut-every" -> new CutEvery(time(value));
            case "reset-after" -> new ResetAfter(bytes(value));
            case "truncate-after" -> new TruncateAfter(bytes(value));
            case "stall-after" -> new StallAfter(bytes(value));
            case "corrupt-every" -> new CorruptEvery(bytes(value));
            case "duplicate-every" -> new DuplicateEvery(bytes(value));
            case "garbage-every" -> new GarbageEvery(bytes(value));
            case "half-open" -> new HalfOpen();
            case "refuse" -> new Refuse();
            case "portal" -> new Portal(false);
            case "tls-portal" -> new Portal(true);
            default -> throw new MalformedInput("'" + text + "' is no fault; known are:\n" + FORMS);
        };
    }

    private static long rate(String text) {
        Matcher parts = matched(text, "([0-9]{1,9})(kbit|mbit|)", "a rate such as 32kbit");
        long number = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "kbit" -> number * 1_000 / 8;
            case "mbit" -> number * 1_000_000 / 8;
            default -> number;
        };
    }

    private static Duration time(String text) {
        Matcher parts = matched(text, "([0-9]{1,9})(ms|s|m)", "a time such as 200ms or 60s");
        long number = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            default -> Duration.ofMinutes(number);
        };
    }

    private static long bytes(String text) {
        return Long.parseLong(matched(text, "([0-9]{1,15})", "a number of bytes").group(1));
    }

    private static Matcher matched(String text, String form, String expected) {
        Matcher parts = Pattern.compile(form).matcher(text.toLowerCase(Locale.ROOT));
        if (!parts.matches()) {
            throw new MalformedInput("expected " + expected + ", found '" + text + "'");
        }
        return parts;
    }

    private static void atLeastOne(String name, long value) {
        if (value < 1) throw new MalformedInput(name + ": expected at least 1, found " + value);
    }
}

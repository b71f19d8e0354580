// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/// `evenkeel plan`: what an update costs a device, before anybody starts it.
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description = {
            "Shows every way from one release to another with its bytes, memory and writes, and which one a device takes.",
            "",
            "A device takes the fewest bytes: what it has is reused, then a delta where the server has one, then the chunks that it lacks. Deltas are made ahead for what devices run; see 'evenkeel content deltas'."
        })
final class PlanCommand implements Callable<Integer> {
    private static final Pattern RATE = Pattern.compile("([1-9][0-9]{0,8})(kbit|mbit|gbit)");

    @Mixin private ServerAccess access;
    @Mixin private Output output;

    @Option(
            names = "--from",
            paramLabel = "VERSION",
            required = true,
            description = "The release that the device runs.")
    private String from;

    @Option(
            names = "--to",
            paramLabel = "VERSION",
            required = true,
            description = "The release that it shall get.")
    private String to;

    @Option(
            names = "--device-type",
            paramLabel = "TYPE",
            description = "Needed where several device types have the versions.")
    private @Nullable String deviceType;

    @Option(
            names = "--link",
            paramLabel = "RATE",
            defaultValue = "1mbit",
            description =
                    "The device's link, for the time that each way takes: 256kbit, 1mbit (default: ${DEFAULT-VALUE}).")
    private String link;

    @picocli.CommandLine.Spec private picocli.CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        long bitsPerSecond = rate();
        String type = deviceType == null ? "" : "&device_type=" + Paths.segment(deviceType);
        try (ServerClient server = access.open()) {
            JsonObject plan =
                    server.get(
                            "/api/v1/releases/"
                                    + Paths.segment(to)
                                    + "/plan?from="
                                    + Paths.segment(from)
                                    + type);
            output.show(plan, () -> show(plan, bitsPerSecond));
        }
        return 0;
    }

    private void show(JsonObject plan, long bitsPerSecond) {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("IMAGE", "WAY", "BYTES", "MEMORY", "WRITES", "TIME AT " + link, ""));
        for (JsonObject image : plan.array("images").objects()) {
            boolean isFirst = true;
            for (JsonObject way : image.array("ways").objects()) {
                rows.add(
                        List.of(
                                isFirst ? image.text("kind") : "",
                                way.text("way"),
                                String.format(Locale.ROOT, "%,d", way.integer("bytes")),
                                Output.size(way.integer("memory_bytes")),
                                Output.size(way.integer("write_bytes")),
                                time(way.integer("bytes"), bitsPerSecond),
                                isFirst ? "taken" : ""));
                isFirst = false;
            }
        }
        output.table(rows);
        output.line(
                String.format(
                        Locale.ROOT,
                        "%s -> %s: %,d bytes, %s; by full images %,d bytes, %s",
                        from,
                        to,
                        plan.integer("bytes"),
                        time(plan.integer("bytes"), bitsPerSecond),
                        plan.integer("full_bytes"),
                        time(plan.integer("full_bytes"), bitsPerSecond)));
    }

    private static String time(long bytes, long bitsPerSecond) {
        long seconds = (bytes * 8 + bitsPerSecond - 1) / bitsPerSecond;
        return seconds < 120 ? seconds + " s" : (seconds + 59) / 60 + " min";
    }

    private long rate() {
        Matcher parts = RATE.matcher(link);
        if (!parts.matches()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--link: expected a rate such as 256kbit or 1mbit, found '" + link + "'");
        }
        long number = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "kbit" -> number * 1_000;
            case "mbit" -> number * 1_000_000;
            default -> number * 1_000_000_000;
        };
    }
}

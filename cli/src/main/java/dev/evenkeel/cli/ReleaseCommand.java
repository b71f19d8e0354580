// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `evenkeel release`: what can be rolled out.
@Command(
        name = "release",
        mixinStandardHelpOptions = true,
        description = "Lists, shows and compares releases.")
final class ReleaseCommand extends CommandGroup {
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "All releases, newest first.")
    int list(@Mixin ServerAccess access, @Mixin Output output) throws IOException {
        try (ServerClient server = access.open()) {
            JsonObject answer = server.get("/api/v1/releases");
            output.show(
                    answer,
                    () -> {
                        var rows = new ArrayList<List<String>>();
                        rows.add(
                                List.of(
                                        "RELEASE",
                                        "NAME",
                                        "DEVICE TYPE",
                                        "CHANNELS",
                                        "IMAGE",
                                        "PUBLISHED",
                                        "MANIFEST"));
                        for (JsonObject r : answer.array("releases").objects()) {
                            rows.add(
                                    List.of(
                                            r.text("release"),
                                            r.text("name"),
                                            r.text("device_type"),
                                            String.join(",", r.array("channels").texts()),
                                            Output.size(r.integer("image_bytes")),
                                            r.text("published_at"),
                                            r.text("manifest").substring(0, 12)));
                        }
                        output.table(rows);
                    });
            return 0;
        }
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "One release and its packages.")
    int show(
            @Mixin ServerAccess access,
            @Mixin Output output,
            @Parameters(paramLabel = "VERSION") String version)
            throws IOException {
        try (ServerClient server = access.open()) {
            JsonObject r = server.get("/api/v1/releases/" + Paths.segment(version));
            output.show(
                    r,
                    () -> {
                        output.line(
                                r.text("name")
                                        + " "
                                        + r.text("release")
                                        + "  "
                                        + r.text("description"));
                        output.line("  device type  " + r.text("device_type"));
                        output.line(
                                "  channels     " + String.join(", ", r.array("channels").texts()));
                        output.line(
                                "  image        "
                                        + Output.size(r.integer("image_bytes"))
                                        + ", of which new in the repository "
                                        + Output.size(r.integer("pack_bytes")));
                        output.line("  manifest     " + r.text("manifest"));
                        output.line(
                                "  packages     "
                                        + r.member("packages")
                                                .map(p ->
                                                        p instanceof JsonArray a
                                                                ? a.items().size()
                                                                : 0)
                                                .orElse(0));
                    });
            return 0;
        }
    }

    @Command(
            name = "diff",
            mixinStandardHelpOptions = true,
            description = "What changes from one release to another: packages and bytes.")
    int diff(
            @Mixin ServerAccess access,
            @Mixin Output output,
            @Parameters(paramLabel = "FROM") String from,
            @Parameters(paramLabel = "TO") String to)
            throws IOException {
        try (ServerClient server = access.open()) {
            JsonObject d =
                    server.get(
                            "/api/v1/releases/"
                                    + Paths.segment(to)
                                    + "/diff?from="
                                    + Paths.segment(from));
            output.show(
                    d,
                    () -> {
                        output.line(from + " -> " + to);
                        JsonObject packages = d.object("packages");
                        packages.array("added")
                                .objects()
                                .forEach(p ->
                                        output.line(
                                                "  + " + p.text("name") + " " + p.text("after")));
                        packages.array("removed")
                                .objects()
                                .forEach(p ->
                                        output.line(
                                                "  - " + p.text("name") + " " + p.text("before")));
                        packages.array("changed")
                                .objects()
                                .forEach(p ->
                                        output.line(
                                                "  ~ "
                                                        + p.text("name")
                                                        + " "
                                                        + p.text("before")
                                                        + " -> "
                                                        + p.text("after")));
                        output.line(
                                "  "
                                        + d.integer("new_chunks")
                                        + " new chunks: a device on "
                                        + from
                                        + " downloads "
                                        + Output.size(d.integer("download_bytes"))
                                        + " of an image of "
                                        + Output.size(d.integer("image_bytes")));
                    });
            return 0;
        }
    }
}

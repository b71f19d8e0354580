// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
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

    @Command(
            name = "promote",
            mixinStandardHelpOptions = true,
            description =
                    "Offers a release in one more channel. Where the channel's keys are not on the server, it waits for signatures.")
    int promote(
            @Mixin ServerAccess access,
            @Mixin Output output,
            @Parameters(paramLabel = "VERSION") String version,
            @Option(names = "--channel", paramLabel = "CHANNEL", required = true) String channel)
            throws IOException {
        try (ServerClient server = access.open()) {
            JsonObject answer =
                    server.post(
                            "/api/v1/releases/" + Paths.segment(version) + "/promote",
                            JsonObject.of("channel", channel));
            output.showOffer(answer, version + " is offered in " + channel);
            return 0;
        }
    }

    @Command(
            name = "floor",
            mixinStandardHelpOptions = true,
            description = {
                "Lets the devices of a type install nothing below VERSION from a channel, by the channel's signed word. It only rises.",
                "",
                "Without VERSION: all floors, and all leaves for downgrades, in force."
            })
    int floor(
            @Mixin ServerAccess access,
            @Mixin Output output,
            @Parameters(paramLabel = "VERSION", arity = "0..1") @Nullable String version,
            @Option(names = "--channel", paramLabel = "CHANNEL") @Nullable String channel,
            @Option(names = "--device-type", paramLabel = "TYPE") @Nullable String deviceType)
            throws IOException {
        try (ServerClient server = access.open()) {
            if (version == null) {
                JsonObject rules = server.get("/api/v1/version-rules");
                output.show(rules, () -> tellRules(rules, output));
                return 0;
            }
            if (channel == null || deviceType == null) {
                throw CommandFault.refused("a floor needs --channel and --device-type");
            }
            JsonObject answer =
                    server.put(
                            "/api/v1/version-floors",
                            JsonObject.of("channel", channel)
                                    .with("device_type", deviceType)
                                    .with("version", version));
            output.showOffer(
                    answer,
                    "devices of type "
                            + deviceType
                            + " install nothing below "
                            + version
                            + " from "
                            + channel);
            return 0;
        }
    }

    private static void tellRules(JsonObject rules, Output output) {
        for (JsonObject f : rules.array("floors").objects()) {
            output.line(
                    "floor      channel "
                            + f.text("channel")
                            + ", "
                            + f.text("device_type")
                            + ": nothing below "
                            + f.text("version"));
        }
        for (JsonObject d : rules.array("downgrades").objects()) {
            output.line(
                    "downgrade  channel "
                            + d.text("channel")
                            + ", device "
                            + d.text("device")
                            + ": may install "
                            + d.text("release")
                            + " until "
                            + d.text("expires_at"));
        }
    }

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = {
                "Explains step by step why a release is, or is not, trusted.",
                "",
                "PATH is a release folder, or a manifest in a repository folder (repository/targets/channels/...json). With a repository the signatures are followed from --root down, as a device does."
            },
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:trusted", "1:not trusted; the last step says why"})
    int verify(
            @Mixin Output output,
            @Parameters(paramLabel = "PATH") Path path,
            @Option(
                            names = "--root",
                            paramLabel = "FILE",
                            description =
                                    "The root that devices were provisioned with (default: the repository's first).")
                    @Nullable Path root,
            @Option(
                            names = "--repository",
                            paramLabel = "DIR",
                            description = "The repository that should offer a release folder.")
                    @Nullable Path repository)
            throws IOException {
        ReleaseProof proof = ReleaseProof.of(path, root, repository, Instant.now());
        output.show(proof.toJson(), () -> proof.lines().forEach(output::line));
        return proof.isTrusted() ? 0 : Faults.REFUSED;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `evenkeel device`: what each device really runs.
@Command(
        name = "device",
        mixinStandardHelpOptions = true,
        description = "Lists and shows devices, and prepares new ones.")
final class DeviceCommand extends CommandGroup {
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "All devices with what they run and where their update stands.")
    int list(@Mixin ServerAccess access, @Mixin Output output) throws IOException {
        try (ServerClient server = access.open()) {
            JsonObject answer = server.get("/api/v1/devices");
            output.show(
                    answer,
                    () -> {
                        var rows = new ArrayList<List<String>>();
                        rows.add(List.of("DEVICE", "TYPE", "RUNS", "SLOT", "STATE", "SEEN"));
                        for (JsonObject d : answer.array("devices").objects()) {
                            Optional<JsonObject> running = d.optionalObject("running");
                            rows.add(
                                    List.of(
                                            d.text("device"),
                                            d.text("device_type"),
                                            running.map(r -> r.text("release")).orElse("-"),
                                            running.map(r -> r.text("slot")).orElse("-"),
                                            d.text("state"),
                                            d.optionalText("seen_at").orElse("never")));
                        }
                        output.table(rows);
                    });
            return 0;
        }
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "One device: what it runs, why, and what happened.")
    int show(
            @Mixin ServerAccess access,
            @Mixin Output output,
            @Parameters(paramLabel = "DEVICE") String device)
            throws IOException {
        try (ServerClient server = access.open()) {
            JsonObject d = server.get("/api/v1/devices/" + Paths.segment(device));
            output.show(d, () -> tell(d, output));
            return 0;
        }
    }

    @Command(
            name = "provision",
            mixinStandardHelpOptions = true,
            description =
                    "Makes a provisioning record for one new device: server, certificate, trusted root and a one-time token.")
    int provision(
            @Mixin ServerAccess access,
            @Mixin Output output,
            @Option(names = "--device-type", required = true, paramLabel = "TYPE")
                    String deviceType,
            @Option(names = "--revision", defaultValue = "1", paramLabel = "N") int revision,
            @Option(
                            names = "--server",
                            paramLabel = "URL",
                            description = "How the device reaches the server, where that differs.")
                    Optional<String> reachedAt,
            @Option(
                            names = {"-o", "--out"},
                            required = true,
                            paramLabel = "FILE")
                    Path out)
            throws IOException {
        try (ServerClient server = access.open()) {
            Files.write(out, Provision.record(server, deviceType, revision, reachedAt));
            output.show(
                    JsonObject.of("record", out.toString()),
                    () ->
                            output.line(
                                    "wrote "
                                            + out
                                            + "; it holds a token that one device may use once"));
            return 0;
        }
    }

    private static void tell(JsonObject d, Output output) {
        output.line(
                d.text("device")
                        + "  "
                        + d.text("device_type")
                        + " revision "
                        + d.integer("revision")
                        + "  "
                        + d.text("state"));
        d.optionalObject("running")
                .ifPresent(r ->
                        output.line(
                                "  runs      "
                                        + r.text("release")
                                        + " from slot "
                                        + r.text("slot")
                                        + (r.flag("trial") ? ", on trial" : "")));
        d.optionalObject("desired")
                .ifPresent(w ->
                        output.line(
                                "  shall run "
                                        + w.text("release")
                                        + " ("
                                        + w.text("rollout")
                                        + ")"));
        d.optionalObject("condition")
                .ifPresent(c ->
                        output.line(
                                "  storage   data "
                                        + c.text("data")
                                        + ", log "
                                        + c.text("log")
                                        + ", overlay "
                                        + Output.size(c.integer("overlay_used_bytes"))
                                        + " of "
                                        + Output.size(c.integer("overlay_size_bytes"))));
        for (JsonObject u : d.array("updates").objects()) {
            output.line(
                    "  update    "
                            + u.text("release")
                            + " "
                            + u.text("state")
                            + " ("
                            + u.text("evidence")
                            + ")"
                            + (u.text("reason").isEmpty() ? "" : ": " + u.text("reason")));
        }
        for (JsonObject e : d.array("timeline").objects()) {
            output.line("  " + e.text("at") + "  " + e.text("text"));
        }
    }
}

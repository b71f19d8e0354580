// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
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
            name = "waiting",
            mixinStandardHelpOptions = true,
            description = "The devices that wait for somebody to let them in.")
    int waiting(@Mixin ServerAccess access, @Mixin Output output) throws IOException {
        try (ServerClient server = access.open()) {
            JsonObject answer = server.get("/api/v1/enrolment-requests");
            output.show(
                    answer,
                    () -> {
                        var rows = new ArrayList<List<String>>();
                        rows.add(List.of("CODE", "TYPE", "REVISION", "FROM", "SINCE"));
                        for (JsonObject w : answer.array("enrolment_requests").objects()) {
                            rows.add(
                                    List.of(
                                            w.text("code"),
                                            w.text("device_type"),
                                            Long.toString(w.integer("revision")),
                                            w.text("address"),
                                            w.text("since")));
                        }
                        output.table(rows);
                    });
            return 0;
        }
    }

    @Command(
            name = "approve",
            mixinStandardHelpOptions = true,
            description =
                    "Lets in the device that shows CODE: compare it with what 'evenkeel-agent status' shows there.")
    int approve(
            @Mixin ServerAccess access,
            @Mixin Output output,
            @Parameters(paramLabel = "CODE") String code,
            @Option(names = "--note", paramLabel = "TEXT", defaultValue = "") String note)
            throws IOException {
        try (ServerClient server = access.open()) {
            JsonObject answer =
                    server.post(
                            "/api/v1/enrolment-requests/" + Paths.segment(code) + "/approve",
                            JsonObject.of("note", note));
            output.show(
                    answer,
                    () ->
                            output.line(
                                    "let in; the device comes at its next attempt, within a minute"));
            return 0;
        }
    }

    @Command(
            name = "expect",
            mixinStandardHelpOptions = true,
            description =
                    "Lets in the device that holds a key, by the SHA-256 of its SubjectPublicKeyInfo.")
    int expect(
            @Mixin ServerAccess access,
            @Mixin Output output,
            @Parameters(paramLabel = "FINGERPRINT") String key,
            @Option(names = "--days", paramLabel = "N", defaultValue = "90") int days,
            @Option(names = "--note", paramLabel = "TEXT", defaultValue = "") String note)
            throws IOException {
        try (ServerClient server = access.open()) {
            JsonObject answer =
                    server.post(
                            "/api/v1/expected-keys",
                            JsonObject.of("key", key)
                                    .with("note", note)
                                    .with("valid_seconds", days * 86_400L));
            output.show(
                    answer,
                    () -> output.line("the device may come until " + answer.text("expires_at")));
            return 0;
        }
    }

    @Command(
            name = "trust-factory",
            mixinStandardHelpOptions = true,
            description = "Lets in devices with a certificate of this authority (PEM), each once.")
    int trustFactory(
            @Mixin ServerAccess access,
            @Mixin Output output,
            @Parameters(paramLabel = "FILE") Path certificate,
            @Option(names = "--note", paramLabel = "TEXT", defaultValue = "") String note)
            throws IOException {
        try (ServerClient server = access.open()) {
            JsonObject answer =
                    server.post(
                            "/api/v1/factory-authorities",
                            JsonObject.of("certificate", base64(certificate)).with("note", note));
            output.show(
                    answer,
                    () -> output.line("factory authority " + answer.text("authority") + " added"));
            return 0;
        }
    }

    @Command(
            name = "revoke",
            mixinStandardHelpOptions = true,
            description = "Refuses a device from its next request on, and its key for ever.")
    int revoke(
            @Mixin ServerAccess access,
            @Mixin Output output,
            @Parameters(paramLabel = "DEVICE") String device,
            @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "") String reason)
            throws IOException {
        return change(access, output, device, "revoke", JsonObject.of("reason", reason), "revoked");
    }

    @Command(
            name = "allow-downgrade",
            mixinStandardHelpOptions = true,
            description = {
                "Gives one device leave to install one older release for a time, by the signed word of a channel that offers it. Shows on the device's timeline.",
                "",
                "It installs nothing by itself: roll the release out to a group with this device in it."
            })
    int allowDowngrade(
            @Mixin ServerAccess access,
            @Mixin Output output,
            @Parameters(paramLabel = "DEVICE") String device,
            @Parameters(paramLabel = "VERSION") String version,
            @Option(names = "--channel", paramLabel = "CHANNEL", required = true) String channel,
            @Option(
                            names = "--hours",
                            paramLabel = "N",
                            defaultValue = "24",
                            description = "How long it holds (default: ${DEFAULT-VALUE}).")
                    int hours,
            @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "") String reason)
            throws IOException {
        try (ServerClient server = access.open()) {
            JsonObject answer =
                    server.post(
                            "/api/v1/devices/" + Paths.segment(device) + "/downgrades",
                            JsonObject.of("channel", channel)
                                    .with("release", version)
                                    .with("valid_seconds", hours * 3_600L)
                                    .with("reason", reason));
            output.showOffer(
                    answer,
                    device + " may install " + version + " until " + answer.text("expires_at"));
            return 0;
        }
    }

    @Command(
            name = "allow-download",
            mixinStandardHelpOptions = true,
            description =
                    "Lets the update that a device works on fetch what it asks for, whatever its budgets are. Shows on the device's timeline.")
    int allowDownload(
            @Mixin ServerAccess access,
            @Mixin Output output,
            @Parameters(paramLabel = "DEVICE") String device,
            @Option(
                            names = "--bytes",
                            paramLabel = "BYTES",
                            converter = ByteSize.class,
                            description =
                                    "How much in the whole update, instead of what it asks for.")
                    Optional<Long> bytes)
            throws IOException {
        JsonObject body = bytes.map(some -> JsonObject.of("bytes", some)).orElse(JsonObject.EMPTY);
        return change(access, output, device, "allow-download", body, "allowed to fetch that much");
    }

    @Command(
            name = "lift-quarantine",
            mixinStandardHelpOptions = true,
            description = "Listens to a device again that two held; take the copy away before.")
    int liftQuarantine(
            @Mixin ServerAccess access,
            @Mixin Output output,
            @Parameters(paramLabel = "DEVICE") String device)
            throws IOException {
        return change(
                access, output, device, "lift-quarantine", JsonObject.EMPTY, "listened to again");
    }

    /// The certificate in a PEM or DER file.
    private static String base64(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return Base64.getEncoder()
                    .encodeToString(
                            CertificateFactory.getInstance("X.509")
                                    .generateCertificate(in)
                                    .getEncoded());
        } catch (CertificateException broken) {
            throw CommandFault.refused(file + " is no X.509 certificate: " + broken.getMessage());
        }
    }

    private static int change(
            ServerAccess access,
            Output output,
            String device,
            String what,
            JsonObject body,
            String done)
            throws IOException {
        try (ServerClient server = access.open()) {
            JsonObject answer =
                    server.post("/api/v1/devices/" + Paths.segment(device) + "/" + what, body);
            output.show(answer, () -> output.line(device + " is " + done));
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
                    Path out,
            @Option(
                            names = "--no-token",
                            description =
                                    "The device comes by approval, expected key or factory certificate.")
                    boolean noToken)
            throws IOException {
        try (ServerClient server = access.open()) {
            Files.write(out, Provision.record(server, deviceType, revision, reachedAt, !noToken));
            output.show(
                    JsonObject.of("record", out.toString()),
                    () ->
                            output.line(
                                    "wrote "
                                            + out
                                            + (noToken
                                                    ? "; somebody has to let the device in"
                                                    : "; it holds a token that one device may use once")));
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
        d.optionalObject("quarantine")
                .ifPresent(q -> output.line("  QUARANTINE  " + q.text("what")));
        d.optionalObject("revoked")
                .ifPresent(r -> output.line("  REVOKED   " + r.text("at") + "  " + r.text("why")));
        d.optionalObject("certificate")
                .ifPresent(c ->
                        output.line(
                                "  certified until "
                                        + c.text("expires_at")
                                        + ", key "
                                        + d.text("key").substring(0, 12)));
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

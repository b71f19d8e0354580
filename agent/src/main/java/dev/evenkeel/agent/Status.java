// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.boot.BootRecord;
import dev.evenkeel.boot.BootRecords;
import dev.evenkeel.core.Disk;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.PrettyJson;
import dev.evenkeel.core.message.Running;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/// What `evenkeel-agent status` tells: which release runs, why, and what happened last. Reads only;
/// works without a running agent too.
///
/// @param live what the running agent says; empty when none runs
record Status(
        Running running,
        boolean isFallback,
        Journal journal,
        Optional<Identity> identity,
        Map<String, String> health,
        BootRecord record,
        Optional<StatusFile.Live> live) {
    static Status read(Device device, Memory memory, Optional<StatusFile.Live> live)
            throws IOException {
        Booted booted = Booted.read(device);
        Journal journal = memory.journal();
        BootRecord record;
        try (Disk first = device.open("env-0", false);
                Disk second = device.open("env-1", false)) {
            record = new BootRecords(first, second).load().record();
        }
        Running running =
                Situation.running(
                        booted, journal.stage(), memory.history(), record.isOnTrial(booted.slot()));
        return new Status(
                running,
                booted.isFallback(),
                journal,
                memory.identity(),
                device.facts("health"),
                record,
                live);
    }

    String toText() {
        var text = new StringBuilder();
        line(text, "Release", running.release() + " in slot " + running.slot());
        line(text, "Why", why());
        line(text, "Last", last());
        line(text, "Health", healthText());
        line(text, "Server", serverText());
        line(text, "Device", deviceText());
        identity.ifPresent(known -> line(text, "Code", known.code().text()));
        return text.toString();
    }

    String toJson() {
        JsonObject json =
                JsonObject.of("running", running.toJson())
                        .with("fallback", isFallback)
                        .with("why", why())
                        .with("last", last())
                        .with("stage", journal.stage().name().toString())
                        .with("reason", journal.stage().reason())
                        .with("health", health.getOrDefault("verdict", "unknown"))
                        .with(
                                "boot_record",
                                JsonObject.of("first", record.first().toString())
                                        .with("a_left", record.leftA())
                                        .with("b_left", record.leftB())
                                        .with("other_allowed", record.otherAllowed()))
                        .with("device", deviceText())
                        .with("agent_runs", live.isPresent());
        if (identity.isPresent()) {
            json = json.with("code", identity.get().code().text());
            var certificate = identity.get().certificate();
            if (certificate.isPresent()) {
                json =
                        json.with(
                                "certificate",
                                JsonObject.of("serial", certificate.get().serial())
                                        .with("renewal", certificate.get().renewal().toString())
                                        .with("until", certificate.get().until().toString()));
            }
        }
        if (journal.stage().about().isPresent()) {
            json = json.with("update", journal.stage().about().get().toJson());
        }
        if (live.isPresent()) json = json.with("live", live.get().toJson());
        return PrettyJson.write(json);
    }

    private String why() {
        Optional<Update> update = journal.stage().currentUpdate();
        boolean isUpdated = update.filter(u -> u.slot() == running.slot()).isPresent();
        if (running.trial()) return "it is on trial: not committed yet";
        return switch (journal.stage()) {
            case UpdateStage.Committed(Update done, int attempts, _) when isUpdated ->
                    "it was committed after "
                            + attempts
                            + (attempts == 1 ? " attempt" : " attempts")
                            + done.rollout().map(id -> ", for rollout " + id).orElse("");
            case UpdateStage.RolledBack(Update failed, _, _, _) ->
                    "the device came back to it, because release "
                            + failed.release().version()
                            + " did not prove healthy";
            case UpdateStage.Committed _,
                    UpdateStage.Idle _,
                    UpdateStage.Failed _,
                    UpdateStage.Preparing _,
                    UpdateStage.Leaving _,
                    UpdateStage.OnTrial _ ->
                    isFallback
                            ? "the bootloader gave the other slot up"
                            : "it is the committed release of this device";
        };
    }

    private String last() {
        UpdateStage stage = journal.stage();
        String about = stage.about().map(subject -> "release " + subject.release()).orElse("");
        return switch (stage) {
            case UpdateStage.Idle _ -> "no update yet";
            case UpdateStage.Planned _ -> about + " is planned";
            case UpdateStage.Writing _ -> about + " is being written" + progress();
            case UpdateStage.Verifying _ -> about + " is being read back";
            case UpdateStage.Leaving _ -> about + " is in place, the device restarts into it";
            case UpdateStage.Trial _ -> about + " is being checked";
            case UpdateStage.Healthy _ -> about + " is healthy and about to be committed";
            case UpdateStage.Unhealthy(_, String reason) -> about + " is not healthy: " + reason;
            case UpdateStage.Committed _ -> about + " was committed";
            case UpdateStage.RolledBack(_, _, String reason, _) ->
                    about + " was rolled back: " + reason;
            case UpdateStage.Failed(_, String reason, _) -> about + " was not installed: " + reason;
        };
    }

    private String progress() {
        if (live.isEmpty() || live.get().totalBytes() == 0) return "";
        String done = ", " + 100 * live.get().doneBytes() / live.get().totalBytes() + " %";
        String waits = live.get().waitingFor();
        return waits.isEmpty() ? done : done + "; it waits: " + waits;
    }

    private String healthText() {
        return switch (health.getOrDefault("verdict", "")) {
            case "green" -> "green";
            case "red" ->
                    "red: "
                            + health.getOrDefault("failed", "")
                            + ": "
                            + health.getOrDefault("reason", "");
            default -> "the checks have not finished";
        };
    }

    private String serverText() {
        if (live.isEmpty()) return "the agent does not run";
        String waiting =
                live.get().reportsWaiting() == 0
                        ? ""
                        : ", " + live.get().reportsWaiting() + " boot reports wait";
        String fault = live.get().serverFault();
        if (!fault.isEmpty()) return "not reached: " + fault + waiting;
        return (live.get().hasHeard() ? "reached" : "not asked yet") + waiting;
    }

    private String deviceText() {
        if (identity.isEmpty()) return "not enrolled";
        return identity.get()
                .device()
                .map(device -> device.text())
                .orElse("not enrolled; its code is " + identity.get().code());
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(String.format(java.util.Locale.ROOT, "%-8s %s%n", name, value));
    }
}

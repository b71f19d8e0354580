// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core.message;

import dev.evenkeel.core.BootId;
import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.DeviceTime;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.RolloutId;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import java.util.Optional;

/// The proof: after a boot and its health checks a device says, signed, what it runs and how an
/// update ended. Travels in a [dev.evenkeel.core.Dsse] envelope of type
/// [Protocol#BOOT_REPORT_TYPE].
///
/// @param counter grows with every report of this device, so that a replayed or reordered one shows
/// @param attempts boots that the trial used; 0 when no update was on trial
/// @param update the update that this report settles: its release and manifest, and the rollout
///   that asked for it
/// @param reason why it ended so, in plain words
public record BootReport(
        FleetId fleet,
        DeviceId device,
        BootId boot,
        long counter,
        DeviceTime at,
        Running running,
        Verdict verdict,
        Outcome outcome,
        int attempts,
        Optional<Subject> update,
        String reason) {
    /// Written by this version, and the newest that it reads.
    public static final int FORMAT = 1;

    /// What the health checks of this boot said.
    public enum Verdict {
        GREEN,
        RED;

        static Verdict parse(String text) {
            return switch (text) {
                case "green" -> GREEN;
                case "red" -> RED;
                default ->
                        throw new MalformedInput(
                                "not a health verdict (green or red): '" + text + "'");
            };
        }

        @Override
        public String toString() {
            return this == GREEN ? "green" : "red";
        }
    }

    /// How the update ended that this boot settles.
    public enum Outcome {
        /// No update was under way.
        NONE("none"),
        COMMITTED("committed"),
        ROLLED_BACK("rolled_back"),
        /// Refused or given up before it was armed.
        FAILED("failed");

        private final String text;

        Outcome(String text) {
            this.text = text;
        }

        static Outcome parse(String text) {
            for (Outcome outcome : values()) {
                if (outcome.text.equals(text)) return outcome;
            }
            throw new MalformedInput("not an outcome of an update: '" + text + "'");
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /// The update that a report is about.
    public record Subject(Optional<RolloutId> rollout, Version release, Digest manifest) {
        public static Subject read(JsonObject json) {
            return new Subject(
                    json.optionalText("rollout").map(RolloutId::new),
                    new Version(json.text("release")),
                    new Digest(json.text("manifest")));
        }

        public JsonObject toJson() {
            JsonObject json =
                    JsonObject.of("release", release.text()).with("manifest", manifest.hex());
            return rollout.isPresent() ? json.with("rollout", rollout.get().text()) : json;
        }
    }

    public static BootReport read(byte[] verified) {
        try {
            JsonObject json = StrictJson.parseObject(verified, Limits.MESSAGE_BYTES);
            json.requireFormat(FORMAT);
            return new BootReport(
                    new FleetId(json.text("fleet")),
                    new DeviceId(json.text("device")),
                    new BootId(json.text("boot_id")),
                    json.size("counter"),
                    DeviceTime.read(json.object("at")),
                    Running.read(json.object("running")),
                    Verdict.parse(json.text("verdict")),
                    Outcome.parse(json.text("outcome")),
                    json.smallInteger("attempts"),
                    json.optionalObject("update").map(Subject::read),
                    json.text("reason"));
        } catch (MalformedInput wrong) {
            throw wrong.in("boot report");
        }
    }

    public byte[] toBytes() {
        JsonObject json =
                JsonObject.of("type", "boot-report")
                        .with("format", FORMAT)
                        .with("fleet", fleet.text())
                        .with("device", device.text())
                        .with("boot_id", boot.text())
                        .with("counter", counter)
                        .with("at", at.toJson())
                        .with("running", running.toJson())
                        .with("verdict", verdict.toString())
                        .with("outcome", outcome.toString())
                        .with("attempts", attempts)
                        .with("reason", reason);
        if (update.isPresent()) json = json.with("update", update.get().toJson());
        return json.toCanonicalBytes();
    }
}

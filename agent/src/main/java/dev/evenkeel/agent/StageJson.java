// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.agent.UpdateStage.Armed;
import dev.evenkeel.agent.UpdateStage.Committed;
import dev.evenkeel.agent.UpdateStage.Failed;
import dev.evenkeel.agent.UpdateStage.Healthy;
import dev.evenkeel.agent.UpdateStage.Idle;
import dev.evenkeel.agent.UpdateStage.Planned;
import dev.evenkeel.agent.UpdateStage.Rebooting;
import dev.evenkeel.agent.UpdateStage.RolledBack;
import dev.evenkeel.agent.UpdateStage.Trial;
import dev.evenkeel.agent.UpdateStage.Unhealthy;
import dev.evenkeel.agent.UpdateStage.Verifying;
import dev.evenkeel.agent.UpdateStage.Writing;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.message.BootReport;

/// The stage of an update as the journal writes it.
final class StageJson {
    private StageJson() {}

    /// A stage that a later version added reads as idle: what the boot record says decides then.
    static UpdateStage read(JsonObject json) {
        return switch (json.text("name")) {
            case "planned" -> new Planned(update(json));
            case "writing" -> new Writing(update(json), json.smallInteger("round"));
            case "verifying" -> new Verifying(update(json), json.smallInteger("round"));
            case "armed" -> new Armed(update(json));
            case "rebooting" -> new Rebooting(update(json));
            case "trial" -> new Trial(update(json), json.text("reason"));
            case "healthy" ->
                    new Healthy(update(json), json.text("reason"), json.smallInteger("attempts"));
            case "unhealthy" -> new Unhealthy(update(json), json.text("reason"));
            case "committed" ->
                    new Committed(
                            update(json), json.smallInteger("attempts"), json.flag("reported"));
            case "rolled_back" ->
                    new RolledBack(
                            update(json),
                            json.smallInteger("attempts"),
                            json.text("reason"),
                            json.flag("reported"));
            case "failed" ->
                    new Failed(
                            BootReport.Subject.read(json.object("subject")),
                            json.text("reason"),
                            json.flag("reported"));
            default -> new Idle();
        };
    }

    static JsonObject write(UpdateStage stage) {
        return switch (stage) {
            case Idle _ -> named("idle");
            case Planned(Update update) -> named("planned", update);
            case Writing(Update update, int round) -> named("writing", update).with("round", round);
            case Verifying(Update update, int round) ->
                    named("verifying", update).with("round", round);
            case Armed(Update update) -> named("armed", update);
            case Rebooting(Update update) -> named("rebooting", update);
            case Trial(Update update, String earlier) ->
                    named("trial", update).with("reason", earlier);
            case Healthy(Update update, String earlier, int attempts) ->
                    named("healthy", update).with("reason", earlier).with("attempts", attempts);
            case Unhealthy(Update update, String reason) ->
                    named("unhealthy", update).with("reason", reason);
            case Committed(Update update, int attempts, boolean reported) ->
                    named("committed", update)
                            .with("attempts", attempts)
                            .with("reported", reported);
            case RolledBack(Update update, int attempts, String reason, boolean reported) ->
                    named("rolled_back", update)
                            .with("attempts", attempts)
                            .with("reason", reason)
                            .with("reported", reported);
            case Failed(BootReport.Subject subject, String reason, boolean reported) ->
                    named("failed")
                            .with("subject", subject.toJson())
                            .with("reason", reason)
                            .with("reported", reported);
        };
    }

    private static Update update(JsonObject json) {
        return Update.read(json.object("update"));
    }

    private static JsonObject named(String name) {
        return JsonObject.of("name", name);
    }

    private static JsonObject named(String name, Update update) {
        return named(name).with("update", update.toJson());
    }
}

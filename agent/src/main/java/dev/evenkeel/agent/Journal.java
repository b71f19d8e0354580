// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.BootId;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.RolloutId;
import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What the agent must know after a power cut: where the update stands. One record, written before
/// each effect. Format: `docs/formats/journal.md`.
///
/// @param updates how many updates this device ever began
/// @param judged the boot whose meaning for the update was worked out already
/// @param reported the newest boot for which a boot report was queued
/// @param settled rollouts that failed here; newest last
/// @param unknown members that this version does not know; kept
record Journal(
        UpdateStage stage,
        long updates,
        Optional<BootId> judged,
        Optional<BootId> reported,
        List<Settled> settled,
        JsonObject unknown) {
    /// Written by this version. A later one is read as far as it is understood, because after a
    /// fallback the older agent meets what the newer one wrote.
    static final int FORMAT = 1;

    static final Journal EMPTY =
            new Journal(
                    new UpdateStage.Idle(),
                    0,
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    JsonObject.EMPTY);

    private static final int MAX_SETTLED = 16;
    private static final Set<String> KNOWN =
            Set.of("type", "format", "updates", "judged_boot", "reported_boot", "settled", "stage");

    /// A release that one rollout brought in vain, not to be tried again for the same rollout.
    record Settled(RolloutId rollout, Digest manifest) {}

    Journal {
        settled = List.copyOf(settled);
    }

    static Journal read(JsonObject json) {
        if (!json.text("type").equals("journal")) {
            throw new MalformedInput("journal: of type '" + json.text("type") + "'");
        }
        var settled = new ArrayList<Settled>();
        for (JsonObject one : json.array("settled").objects()) {
            settled.add(
                    new Settled(
                            new RolloutId(one.text("rollout")), new Digest(one.text("manifest"))));
        }
        return new Journal(
                StageJson.read(json.object("stage")),
                json.size("updates"),
                json.optionalText("judged_boot").map(BootId::new),
                json.optionalText("reported_boot").map(BootId::new),
                settled,
                json.without(KNOWN));
    }

    JsonObject toJson() {
        var list = new ArrayList<Json>();
        for (Settled one : settled) {
            list.add(
                    JsonObject.of("rollout", one.rollout().text())
                            .with("manifest", one.manifest().hex()));
        }
        JsonObject json =
                JsonObject.of("type", "journal")
                        .with("format", FORMAT)
                        .with("updates", updates)
                        .with("settled", new JsonArray(list))
                        .with("stage", StageJson.write(stage));
        if (judged.isPresent()) json = json.with("judged_boot", judged.get().text());
        if (reported.isPresent()) json = json.with("reported_boot", reported.get().text());
        return unknown.withAll(json);
    }

    /// The same with another stage; an update that ended badly is settled for its rollout.
    Journal at(UpdateStage next) {
        long highest = Math.max(updates, next.currentUpdate().map(Update::number).orElse(updates));
        boolean ended =
                next instanceof UpdateStage.Failed || next instanceof UpdateStage.RolledBack;
        return new Journal(
                next, highest, judged, reported, ended ? settledWith(next) : settled, unknown);
    }

    Journal judgedIn(BootId boot) {
        return new Journal(stage, updates, Optional.of(boot), reported, settled, unknown);
    }

    Journal reportedIn(BootId boot) {
        return new Journal(stage, updates, judged, Optional.of(boot), settled, unknown);
    }

    /// As [#at], and the release that runs now is not taken again from the rollout that brought it.
    Journal leaving(Update undone) {
        var all = new ArrayList<>(settled);
        settle(undone.rollout(), undone.release().manifest(), all);
        return new Journal(stage, updates, judged, reported, newest(all), unknown);
    }

    boolean isSettled(RolloutId rollout, Digest manifest) {
        return settled.contains(new Settled(rollout, manifest));
    }

    private List<Settled> settledWith(UpdateStage ended) {
        var all = new ArrayList<>(settled);
        ended.about()
                .ifPresent(
                        subject -> settle(subject.rollout(), Optional.of(subject.manifest()), all));
        return newest(all);
    }

    private static void settle(
            Optional<RolloutId> rollout, Optional<Digest> manifest, List<Settled> into) {
        if (rollout.isEmpty() || manifest.isEmpty()) return;
        var one = new Settled(rollout.get(), manifest.get());
        into.remove(one);
        into.add(one);
    }

    private static List<Settled> newest(List<Settled> all) {
        return all.subList(Math.max(0, all.size() - MAX_SETTLED), all.size());
    }
}

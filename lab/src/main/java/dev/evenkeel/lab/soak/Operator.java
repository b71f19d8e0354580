// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab.soak;

import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.lab.soak.SoakDevice.Fleetwide;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Publishes a release every few days, rolls it out to everybody, and aborts half of the rollouts
/// that turned out bad.
final class Operator implements SharedTime.Part {
    private static final Duration FIRST = Duration.ofHours(6);
    private static final Duration REGRETS_AFTER = Duration.ofHours(4);

    /// The last rollout has so long before the end.
    private static final Duration LAST_BEFORE_END = Duration.ofHours(12);

    private final Fleetwide fleet;
    private final Chance chance;
    private final List<Started> rollouts = new ArrayList<>();
    private Duration changedAt = Duration.ZERO;

    /// A rollout as the operator knows it.
    record Started(String id, SoakRelease release, boolean isAborted) {}

    Operator(Fleetwide fleet) {
        this.fleet = fleet;
        this.chance = new Chance(fleet.options().seed(), -1);
    }

    /// Newest first.
    List<Started> rollouts() {
        return rollouts.reversed();
    }

    Duration changedAt() {
        return changedAt;
    }

    @Override
    public void play(SharedTime.Turn turn) {
        var rates = fleet.options().rates();
        var pause = Duration.ofSeconds((long) (rates.releaseEveryDays() * 86_400));
        Duration at = FIRST;
        Duration last = fleet.calm().minus(LAST_BEFORE_END);
        for (; at.compareTo(last) <= 0; at = at.plus(pause)) {
            turn.sleepUntil(at);
            awaitServer(turn);
            // the first is good, so that there is something to come back to
            boolean isBad = !rollouts.isEmpty() && chance.happens(rates.badReleases());
            Started started = start(isBad ? bad() : Conduct.HEALTHY);
            if (!isBad || chance.random().nextBoolean()) continue;
            turn.sleep(REGRETS_AFTER);
            awaitServer(turn);
            abort(started);
        }
    }

    private Conduct bad() {
        List<Conduct> all = List.of(Conduct.RED, Conduct.HUNG, Conduct.DEAD);
        return all.get(chance.random().nextInt(all.size()));
    }

    private void awaitServer(SharedTime.Turn turn) {
        while (!fleet.server().isUp()) turn.sleep(Duration.ofMinutes(1));
    }

    private Started start(Conduct conduct) {
        try {
            SoakRelease release = fleet.releases().build(conduct, fleet.time().now());
            fleet.releases().publish(release, fleet.server());
            JsonObject answer =
                    fleet.server()
                            .post("/api/v1/rollouts", JsonObject.of("release", release.version()));
            var started = new Started(answer.text("rollout"), release, false);
            rollouts.add(started);
            changed(started.id(), answer.text("state"));
            return started;
        } catch (IOException failed) {
            throw new UncheckedIOException("publishing a release", failed);
        }
    }

    private void abort(Started started) {
        JsonObject answer =
                fleet.server()
                        .post(
                                "/api/v1/rollouts/" + started.id() + "/abort",
                                JsonObject.of("note", "it does not stay"));
        rollouts.replaceAll(one ->
                one.id().equals(started.id()) ? new Started(one.id(), one.release(), true) : one);
        changed(started.id(), answer.text("state"));
    }

    private void changed(String id, String state) {
        fleet.server().acknowledged().rollout(id, state);
        changedAt = fleet.time().now();
    }
}

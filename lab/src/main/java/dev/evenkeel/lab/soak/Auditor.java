// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab.soak;

import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.message.Running;
import dev.evenkeel.lab.soak.SoakDevice.Fleetwide;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Holds the server's word about every device against what the device runs, and every device that
/// was left in peace for a while against what it should have come to.
final class Auditor {
    /// Long enough for the slowest link, three attempts that each run into their deadline, and a
    /// wait after a lost request.
    static final Duration PEACE = Duration.ofMinutes(90);

    private final Fleetwide fleet;
    private final Operator operator;
    private final List<SoakDevice> devices;

    Auditor(Fleetwide fleet, Operator operator, List<SoakDevice> devices) {
        this.fleet = fleet;
        this.operator = operator;
        this.devices = devices;
    }

    /// Looks at everything. To be called again and again.
    void audit() {
        if (!fleet.server().isUp()) return;
        fleet.tally().audits++;
        var shown = new HashMap<String, JsonObject>();
        for (JsonObject one : fleet.server().get("/api/v1/devices").array("devices").objects()) {
            shown.put(one.text("device"), one);
        }
        for (SoakDevice device : devices) {
            if (device.id().isEmpty()) continue;
            JsonObject word = shown.get(device.id().get().text());
            // what was acknowledged and is missing was told when the server came back
            if (word != null) audit(device, word);
        }
    }

    /// At the end nobody has an excuse.
    void requireAllAtPeace() {
        for (SoakDevice device : devices) {
            if (!isAtPeace(device)) device.broken("is not there at the end of the soak");
        }
    }

    private void audit(SoakDevice device, JsonObject word) {
        if (word.has("conflict")) {
            device.broken("is said to be two: " + word.object("conflict").text("what"));
        }
        Map<String, JsonObject> updates = new HashMap<>();
        for (JsonObject update : word.array("updates").objects()) {
            updates.put(update.text("rollout"), update);
            boolean isSuccess = update.text("state").equals("succeeded");
            if (isSuccess && !device.hasCommitted(update.text("release"))) {
                device.broken(
                        "the server says that "
                                + update.text("release")
                                + " succeeded, and it was never committed");
            }
        }
        if (!isAtPeace(device)) return;
        fleet.tally().auditedDevices++;
        requireTold(device, word);
        requireArrived(device, updates);
    }

    private boolean isAtPeace(SoakDevice device) {
        Optional<Duration> quiet = device.quietSince();
        return quiet.isPresent()
                && isLongAgo(quiet.get())
                && isLongAgo(fleet.server().upSince())
                && isLongAgo(operator.changedAt());
    }

    private boolean isLongAgo(Duration moment) {
        return fleet.time().now().minus(moment).compareTo(PEACE) >= 0;
    }

    /// The server's word is what the device runs.
    private void requireTold(SoakDevice device, JsonObject word) {
        if (!device.isAtRest()) device.broken("does not come to rest");
        if (device.isOnTrial()) device.broken("is still on trial");
        Optional<Running> told = word.optionalObject("running").map(Running::read);
        boolean isTrue =
                told.isPresent()
                        && told.get().slot() == device.slot()
                        && told.get().release().text().equals(device.running().version())
                        && !told.get().trial();
        if (!isTrue) {
            device.broken(
                    "runs "
                            + device.running().version()
                            + " in slot "
                            + device.slot()
                            + ", and the server says "
                            + told);
        }
        if (!word.flag("online")) device.broken("is there, and the server says that it is offline");
    }

    /// It runs what the newest rollout brings that is not aborted, or has come back from it with a
    /// reason.
    private void requireArrived(SoakDevice device, Map<String, JsonObject> updates) {
        SoakRelease running = device.running();
        if (!running.conduct.isGood())
            device.broken("runs " + running.version() + ", which is bad");
        for (Operator.Started rollout : operator.rollouts()) {
            JsonObject update = updates.get(rollout.id());
            if (rollout.release() == running) {
                requireSuccess(device, rollout, update);
                return;
            }
            if (rollout.isAborted()) continue;
            requireReason(device, rollout, update);
            return;
        }
    }

    private static void requireSuccess(
            SoakDevice device,
            Operator.Started rollout,
            @org.jspecify.annotations.Nullable JsonObject update) {
        boolean isKnown =
                update != null
                        && update.text("state").equals("succeeded")
                        && update.text("evidence").equals("signed");
        if (!isKnown) {
            device.broken(
                    "runs " + rollout.release().version() + ", and the server knows: " + update);
        }
    }

    private static void requireReason(
            SoakDevice device,
            Operator.Started rollout,
            @org.jspecify.annotations.Nullable JsonObject update) {
        boolean isSettled =
                update != null
                        && update.text("state").equals("rolled_back")
                        && !update.text("reason").isEmpty()
                        && update.text("evidence").equals("signed");
        if (!isSettled) {
            device.broken(
                    "runs "
                            + device.running().version()
                            + " while "
                            + rollout.id()
                            + " brings "
                            + rollout.release().version()
                            + ", and the server knows: "
                            + update);
        }
    }
}

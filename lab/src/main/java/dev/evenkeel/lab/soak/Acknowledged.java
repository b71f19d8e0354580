// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab.soak;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.message.BootReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// What the server acknowledged: whatever happens to it, it must not forget.
final class Acknowledged {
    private final TreeSet<String> devices = new TreeSet<>();
    private final Map<String, Long> reports = new HashMap<>();
    private final TreeSet<String> releases = new TreeSet<>();
    private final TreeMap<String, String> rollouts = new TreeMap<>();

    void enrolled(DeviceId device) {
        devices.add(device.text());
    }

    void reported(BootReport report) {
        reports.merge(report.device().text(), report.counter(), Math::max);
    }

    void published(String version) {
        releases.add(version);
    }

    void rollout(String id, String state) {
        rollouts.put(id, state);
    }

    /// What of it the server does not say any more, by its own API.
    List<String> missingIn(SoakServer server) {
        var missing = new ArrayList<String>();
        var shownDevices = byName(server.get("/api/v1/devices"), "devices", "device");
        for (String device : devices) {
            JsonObject shown = shownDevices.get(device);
            if (shown == null) {
                missing.add("device " + device);
                continue;
            }
            long counter =
                    shown.optionalObject("report").map(one -> one.integer("counter")).orElse(-1L);
            long known = reports.getOrDefault(device, -1L);
            if (counter < known) missing.add("boot report " + known + " of " + device);
        }
        var shownReleases = byName(server.get("/api/v1/releases"), "releases", "release");
        for (String release : releases) {
            if (!shownReleases.containsKey(release)) missing.add("release " + release);
        }
        var shownRollouts = byName(server.get("/api/v1/rollouts"), "rollouts", "rollout");
        rollouts.forEach((id, state) -> {
            JsonObject shown = shownRollouts.get(id);
            if (shown == null || !shown.text("state").equals(state)) {
                missing.add("rollout " + id + ", which is " + state);
            }
        });
        return missing;
    }

    private static Map<String, JsonObject> byName(JsonObject answer, String list, String name) {
        var all = new HashMap<String, JsonObject>();
        for (JsonObject one : answer.array(list).objects()) all.put(one.text(name), one);
        return all;
    }
}

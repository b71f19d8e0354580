// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.console;

import dev.evenkeel.fleet.DeviceStatus;
import dev.evenkeel.fleet.Fleet;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The whole fleet at a glance.
public final class OverviewViews {
    private static final int SHOWN_DEVICES = 20;
    private static final int SHOWN_RELEASES = 8;
    private static final int WIDTH = 1_000;

    private OverviewViews() {}

    public static OverviewView overview(Fleet fleet, Instant now) {
        List<DeviceStatus> devices = fleet.devices().list();
        Map<Chip, Integer> states = new HashMap<>();
        for (DeviceStatus device : devices) states.merge(Chip.of(device), 1, Integer::sum);
        List<DeviceRow> attention =
                devices.stream()
                        .map(device -> DeviceRows.row(device, now))
                        .filter(row -> !row.note().isEmpty())
                        .toList();
        return new OverviewView(
                devices.size(),
                (int) devices.stream().filter(DeviceStatus::online).count(),
                (int) devices.stream().filter(OverviewViews::isUnderWay).count(),
                attention.size(),
                StateBar.of(states),
                RolloutViews.active(fleet, now),
                attention.stream().limit(SHOWN_DEVICES).toList(),
                releases(devices));
    }

    private static boolean isUnderWay(DeviceStatus status) {
        return status.online() && status.underWay().isPresent();
    }

    private static List<OverviewView.Runs> releases(List<DeviceStatus> devices) {
        Map<String, Integer> counts = new TreeMap<>();
        for (DeviceStatus device : devices) {
            device.running().ifPresent(r -> counts.merge(r.release().text(), 1, Integer::sum));
        }
        int most = counts.values().stream().mapToInt(Integer::intValue).max().orElse(1);
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .limit(SHOWN_RELEASES)
                .map(entry ->
                        new OverviewView.Runs(
                                entry.getKey(),
                                entry.getValue(),
                                Math.max(WIDTH / 100, WIDTH * entry.getValue() / most)))
                .toList();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.checks;

import dev.evenkeel.lab.DeviceShell;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What the agent costs on a device: `bench/device`. Nothing here is asserted.
class DeviceBench {
    private static final String AGENT = "P=$(systemctl show -P MainPID evenkeel-agent); ";

    /// Kept by root, so that it outlives the agent; ends with the reboot.
    private static final String WATCH_PEAK =
            AGENT
                    + "(until [ -e /run/evenkeel-agent/reboot ]; do grep -h -e VmHWM -e RssAnon -e RssFile /proc/$P/status"
                    + " >/data/test/peak.new && mv /data/test/peak.new /data/test/peak;"
                    + " cut -d' ' -f14,15 /proc/$P/stat >/data/test/cpu.new && mv /data/test/cpu.new /data/test/cpu; sleep 1; done; sync)";

    @Test
    void footprint_on_the_device() throws Exception {
        try (Scene scene = Scene.open(Path.of("target/device-bench"), "devices", Scene.FACTORY)) {
            scene.switchOn();
            scene.publish(Scene.GOOD);
            scene.awaitShell();
            scene.run(
                    AGENT
                            + "until grep -qs 'heard_from_server\": true' /run/evenkeel-agent/status.json; do sleep 1;"
                            + " [ -n \"$P\" ] && [ \"$P\" != 0 ] || "
                            + AGENT
                            + " done; true");
            double first = cpuSeconds(scene.run(AGENT + "cut -d' ' -f14,15 /proc/$P/stat").said());
            scene.awaitCommitted(Scene.FACTORY);
            scene.run("mkdir -p /data/test; sleep 45");
            Map<String, Long> idle = numbers(scene.run(AGENT + "cat /proc/$P/status"));
            Map<String, Long> rollup = numbers(scene.run(AGENT + "cat /proc/$P/smaps_rollup"));
            String slot =
                    scene.run(
                                    "du -sk /usr/lib/evenkeel/runtime /usr/lib/evenkeel/agent /usr/lib/evenkeel/lib /usr/lib/evenkeel/agent.aot")
                            .said();
            String pack = scene.run(packed()).said();
            scene.rollOut(Scene.GOOD);
            scene.run(WATCH_PEAK);
            scene.awaitEnd(Scene.GOOD);
            scene.awaitShell();
            Map<String, Long> peak = numbers(scene.run("cat /data/test/peak"));
            double all = cpuSeconds(scene.run("cat /data/test/cpu").said());
            System.out.printf(
                    Locale.ROOT,
                    """
                    CPU seconds to the first check-in   %.1f
                    idle RSS MiB                        %.1f
                      of it anonymous                   %.1f
                      of it files                       %.1f
                    idle PSS MiB                        %.1f
                    threads                             %d
                    peak RSS MiB in a full update       %.1f
                    CPU seconds up to its reboot        %.1f
                    unpacked in the slot, KiB
                    %s
                    %s
                    """,
                    first,
                    mebibytes(idle, "VmRSS"),
                    mebibytes(idle, "RssAnon"),
                    mebibytes(idle, "RssFile"),
                    mebibytes(rollup, "Pss"),
                    idle.get("Threads"),
                    mebibytes(peak, "VmHWM"),
                    all,
                    slot,
                    pack);
        }
    }

    /// Sizes by memory map, for a look at where the resident pages lie.
    private static String packed() {
        return AGENT
                + "awk '/^[0-9a-f]+-/{name=$6==\"\"?\"anonymous\":$6} /^Rss/{r[name]+=$2} /^Private_Dirty/{d[name]+=$2}"
                + " END{for(n in r) if (r[n]>600) print r[n], d[n], n}' /proc/$P/smaps | sort -rn";
    }

    /// User and system time of /proc/PID/stat, in ticks of 10 ms.
    private static double cpuSeconds(String ticks) {
        return Arrays.stream(ticks.strip().split("\\s+")).mapToLong(Long::parseLong).sum() / 100.0;
    }

    private static Map<String, Long> numbers(DeviceShell.Answer answer) {
        return answer.said()
                .lines()
                .map(line -> line.split(":\\s+", 2))
                .filter(pair -> pair.length == 2 && pair[1].matches("[0-9]+( kB)?"))
                .collect(
                        Collectors.toMap(
                                pair -> pair[0], pair -> Long.parseLong(pair[1].split(" ", 2)[0])));
    }

    private static double mebibytes(Map<String, Long> status, String name) {
        return status.getOrDefault(name, 0L) / 1024.0;
    }
}

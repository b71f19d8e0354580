// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.lab.net.Fault;
import dev.evenkeel.lab.net.FaultProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// An update over a slow link that is cut again and again, and what it cost in bytes.
///
/// @param cutEvery between two cuts of all connections
/// @param payloadBytes about what the update needs
/// @param clock the agent's
record SlowLink(long bytesPerSecond, Duration cutEvery, int payloadBytes, Clock clock) {
    private static final HttpsServer.Patience PATIENCE = HttpsServer.Patience.USUAL;

    /// What an update took.
    ///
    /// @param needed bytes of frames (gaps of ranges included) that the device had to get
    /// @param arrived bytes of payload that the agent read
    /// @param broken bytes of TLS records that the device got only a part of: it may have to get
    ///   them again; an upper bound, because not all of it was payload
    /// @param served bytes of payload that the server sent, also into buffers of connections that
    ///   were cut
    record Cost(
            long needed,
            long arrived,
            long broken,
            long served,
            FaultProxy.Traffic traffic,
            double seconds) {
        double twicePercent() {
            return 100.0 * (arrived - needed + broken) / needed;
        }

        JsonObject toJson() {
            return JsonObject.of("needed_bytes", needed)
                    .with("arrived_bytes", arrived)
                    .with("broken_record_bytes", broken)
                    .with("served_bytes", served)
                    .with("to_device_bytes", traffic.bytesToDevice())
                    .with("to_server_bytes", traffic.bytesToServer())
                    .with("connections", traffic.connections())
                    .with("cut_connections", traffic.cuts())
                    .with("seconds", Math.round(seconds))
                    .with(
                            "twice_percent",
                            String.format(java.util.Locale.ROOT, "%.2f", twicePercent()));
        }
    }

    /// Runs a whole update, to the server's word that it succeeded.
    Cost run(Path folder, Duration atMost) throws IOException, InterruptedException {
        long start = System.nanoTime();
        List<Fault> faults =
                List.of(new Fault.Bandwidth(bytesPerSecond), new Fault.CutEvery(cutEvery));
        // an image of another size shares nothing with 1.0's: all of it is payload
        try (var site = new Site(folder, payloadBytes);
                var device = new LinkedDevice(site, faults, 3, clock, PATIENCE)) {
            if (!device.succeeds(atMost)) {
                throw new AssertionError("no success within " + atMost + "\n" + device.log());
            }
            return new Cost(
                    device.server.payload() - device.server.again(),
                    device.server.payload(),
                    device.link.traffic().bytesOfBrokenRecords(),
                    site.device(device.id()).size("payload_bytes_served"),
                    device.link.traffic(),
                    (System.nanoTime() - start) / 1e9);
        }
    }
}

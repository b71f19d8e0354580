// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.core.Version;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.message.Running;
import java.util.List;
import java.util.Optional;

/// What the server says about a device under test.
///
/// @param running empty until its first check-in
/// @param payloadBytesServed counted at the server
/// @param updates the newest last or first, one for each release
public record DemoDevice(
        String id,
        String state,
        boolean online,
        Optional<Running> running,
        long payloadBytesServed,
        List<Update> updates) {
    /// One update as the server sees it.
    public record Update(
            String release,
            String state,
            String reason,
            String evidence,
            long doneBytes,
            long totalBytes) {
        public boolean is(String wanted) {
            return state.replace(' ', '_').replace('-', '_').equals(wanted);
        }

        public boolean hasEnded() {
            return is("succeeded") || is("failed") || is("rolled_back");
        }

        public double share() {
            return totalBytes == 0 ? 0 : (double) doneBytes / totalBytes;
        }
    }

    public static DemoDevice read(JsonObject json) {
        return new DemoDevice(
                json.text("device"),
                json.text("state"),
                json.flag("online"),
                json.optionalObject("running").map(Running::read),
                json.size("payload_bytes_served"),
                json.array("updates").objects().stream().map(DemoDevice::update).toList());
    }

    private static Update update(JsonObject json) {
        return new Update(
                json.text("release"),
                json.text("state"),
                json.text("reason"),
                json.text("evidence"),
                json.size("done_bytes"),
                json.size("total_bytes"));
    }

    public Optional<Update> update(Version release) {
        return updates.stream().filter(u -> u.release().equals(release.text())).findFirst();
    }

    /// Whether it runs `release` for good.
    public boolean hasCommitted(Version release) {
        return running.isPresent()
                && running.get().release().equals(release)
                && !running.get().trial();
    }

    @Override
    public String toString() {
        var text = new StringBuilder(state);
        running.ifPresent(r ->
                text.append(", runs ")
                        .append(r.release())
                        .append(" in slot ")
                        .append(r.slot())
                        .append(r.trial() ? " on trial" : ""));
        updates.stream()
                .filter(u -> !u.hasEnded() && u.totalBytes() > 0)
                .forEach(u ->
                        text.append(", ")
                                .append(u.release())
                                .append(" ")
                                .append(Math.round(100 * u.share()))
                                .append(" % written"));
        return text.append(", ").append(payloadBytesServed).append(" bytes served").toString();
    }
}

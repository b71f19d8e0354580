// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core.message;

import dev.evenkeel.core.DeviceTime;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What the server answers: what to run and when to come again.
///
/// @param pollSeconds until the next check-in; the device adds jitter
/// @param assignment what to run; empty when the device is as it shall be, or its rollout is halted
/// @param mirrors where content may be read too, the preferred one first
public record CheckInAnswer(
        int protocol,
        Instant serverTime,
        int pollSeconds,
        Optional<Assignment> assignment,
        List<ContentMirror> mirrors) {
    public CheckInAnswer {
        mirrors = List.copyOf(mirrors.subList(0, Math.min(mirrors.size(), ContentMirror.MOST)));
    }

    /// Without mirrors.
    public CheckInAnswer(
            int protocol, Instant serverTime, int pollSeconds, Optional<Assignment> assignment) {
        this(protocol, serverTime, pollSeconds, assignment, List.of());
    }

    public CheckInAnswer withMirrors(List<ContentMirror> others) {
        return new CheckInAnswer(protocol, serverTime, pollSeconds, assignment, others);
    }

    public static CheckInAnswer read(byte[] bytes) {
        try {
            JsonObject json = StrictJson.parseObject(bytes, Limits.MESSAGE_BYTES);
            return new CheckInAnswer(
                    json.smallInteger("protocol"),
                    DeviceTime.parseInstant(json.text("server_time")),
                    json.smallInteger("poll_seconds"),
                    json.optionalObject("assignment").map(Assignment::read),
                    mirrors(json));
        } catch (MalformedInput wrong) {
            throw wrong.in("answer to a check-in");
        }
    }

    private static List<ContentMirror> mirrors(JsonObject json) {
        if (!json.has("content_mirrors")) return List.of();
        return json.array("content_mirrors").texts().stream()
                .map(ContentMirror::known)
                .flatMap(Optional::stream)
                .toList();
    }

    public byte[] toBytes() {
        JsonObject json =
                JsonObject.of("type", "check-in-answer")
                        .with("protocol", protocol)
                        .with("server_time", serverTime.toString())
                        .with("poll_seconds", pollSeconds);
        if (assignment.isPresent()) json = json.with("assignment", assignment.get().toJson());
        if (!mirrors.isEmpty()) {
            List<String> texts = mirrors.stream().map(ContentMirror::toString).toList();
            json = json.with("content_mirrors", JsonArray.ofTexts(texts));
        }
        return json.toCanonicalBytes();
    }
}

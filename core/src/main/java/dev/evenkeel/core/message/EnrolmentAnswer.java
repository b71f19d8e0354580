// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core.message;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.DeviceTime;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import java.time.Instant;

/// The server's word to a new device: its name and the credential of its calls.
///
/// @param credential sent as `Authorization: Bearer` with every later call; the server keeps only
///   its digest
public record EnrolmentAnswer(DeviceId device, String credential, Instant serverTime) {
    public static EnrolmentAnswer read(byte[] bytes) {
        try {
            JsonObject json = StrictJson.parseObject(bytes, Limits.MESSAGE_BYTES);
            return new EnrolmentAnswer(
                    new DeviceId(json.text("device")),
                    json.text("credential"),
                    DeviceTime.parseInstant(json.text("server_time")));
        } catch (MalformedInput wrong) {
            throw wrong.in("answer to an enrolment");
        }
    }

    public byte[] toBytes() {
        return JsonObject.of("type", "enrolment-answer")
                .with("device", device.text())
                .with("credential", credential)
                .with("server_time", serverTime.toString())
                .toCanonicalBytes();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core.message;

import dev.evenkeel.core.BootId;
import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.DeviceTime;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import java.util.List;
import java.util.Optional;

/// What a device tells whenever it checks in: who it is, what it runs, what it is doing.
/// Authenticated by the connection.
///
/// @param protocol version that the device speaks
/// @param capabilities what the device can do beyond the protocol's version: `chunks`,
///   `boot-reports`, ...
/// @param counter grows with every check-in of this identity, over reboots too: two devices with
///   one identity show by it
public record CheckIn(
        int protocol,
        List<String> capabilities,
        FleetId fleet,
        DeviceId device,
        BootId boot,
        long counter,
        DeviceTime sent,
        Running running,
        Optional<UpdateProgress> update,
        Condition condition) {
    public CheckIn {
        capabilities = List.copyOf(capabilities);
        if (capabilities.size() > 64)
            throw new MalformedInput("check-in: more than 64 capabilities");
    }

    public static CheckIn read(byte[] bytes) {
        try {
            JsonObject json = StrictJson.parseObject(bytes, Limits.MESSAGE_BYTES);
            return new CheckIn(
                    json.smallInteger("protocol"),
                    json.array("capabilities").texts(),
                    new FleetId(json.text("fleet")),
                    new DeviceId(json.text("device")),
                    new BootId(json.text("boot_id")),
                    json.size("counter"),
                    DeviceTime.read(json.object("sent")),
                    Running.read(json.object("running")),
                    json.optionalObject("update").map(UpdateProgress::read),
                    Condition.read(json.object("condition")));
        } catch (MalformedInput wrong) {
            throw wrong.in("check-in");
        }
    }

    public byte[] toBytes() {
        JsonObject json =
                JsonObject.of("type", "check-in")
                        .with("protocol", protocol)
                        .with("capabilities", JsonArray.ofTexts(capabilities))
                        .with("fleet", fleet.text())
                        .with("device", device.text())
                        .with("boot_id", boot.text())
                        .with("counter", counter)
                        .with("sent", sent.toJson())
                        .with("running", running.toJson())
                        .with("condition", condition.toJson());
        if (update.isPresent()) json = json.with("update", update.get().toJson());
        return json.toCanonicalBytes();
    }
}

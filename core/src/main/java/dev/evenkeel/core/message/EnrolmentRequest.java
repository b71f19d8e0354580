// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core.message;

import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import java.util.Base64;

/// A device asks to join a fleet. Signed with the key that it just made (proof that it holds it),
/// in an envelope of type [Protocol#ENROLMENT_TYPE].
///
/// @param token one-time token that the image or the operator carried
/// @param publicKey X.509 SubjectPublicKeyInfo, DER
public record EnrolmentRequest(
        int protocol,
        FleetId fleet,
        String token,
        byte[] publicKey,
        DeviceType deviceType,
        int revision) {
    public static EnrolmentRequest read(byte[] bytes) {
        try {
            JsonObject json = StrictJson.parseObject(bytes, Limits.MESSAGE_BYTES);
            return new EnrolmentRequest(
                    json.smallInteger("protocol"),
                    new FleetId(json.text("fleet")),
                    json.text("token"),
                    Base64.getDecoder().decode(json.text("public_key")),
                    new DeviceType(json.text("device_type")),
                    json.smallInteger("revision"));
        } catch (MalformedInput wrong) {
            throw wrong.in("enrolment");
        } catch (IllegalArgumentException wrong) {
            throw new MalformedInput("enrolment: member 'public_key' is not base64", wrong);
        }
    }

    public byte[] toBytes() {
        return JsonObject.of("type", "enrolment")
                .with("protocol", protocol)
                .with("fleet", fleet.text())
                .with("token", token)
                .with("public_key", Base64.getEncoder().encodeToString(publicKey))
                .with("device_type", deviceType.text())
                .with("revision", revision)
                .toCanonicalBytes();
    }
}

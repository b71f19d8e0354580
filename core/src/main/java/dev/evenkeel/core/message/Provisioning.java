// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core.message;

import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import java.net.URI;
import java.util.Base64;

/// What a device must know before it meets its server: written into the state partition when its
/// disk is made.
///
/// @param server `https://host:port`
/// @param serverCertificate X.509 certificate (DER) that the device trusts for TLS, and no other
/// @param token one-time token for the enrolment; worthless afterwards
/// @param trustedRoot TUF root metadata that the device starts from
public record Provisioning(
        FleetId fleet,
        DeviceType deviceType,
        int revision,
        URI server,
        byte[] serverCertificate,
        String token,
        byte[] trustedRoot) {
    public static Provisioning read(byte[] bytes) {
        try {
            JsonObject json = StrictJson.parseObject(bytes, Limits.ENVELOPE_BYTES);
            return new Provisioning(
                    new FleetId(json.text("fleet")),
                    new DeviceType(json.text("device_type")),
                    json.smallInteger("revision"),
                    URI.create(json.text("server")),
                    Base64.getDecoder().decode(json.text("server_certificate")),
                    json.text("token"),
                    Base64.getDecoder().decode(json.text("trusted_root")));
        } catch (MalformedInput wrong) {
            throw wrong.in("provisioning record");
        } catch (IllegalArgumentException wrong) {
            throw new MalformedInput("provisioning record: " + wrong.getMessage(), wrong);
        }
    }

    public byte[] toBytes() {
        return JsonObject.of("type", "provisioning")
                .with("fleet", fleet.text())
                .with("device_type", deviceType.text())
                .with("revision", revision)
                .with("server", server.toString())
                .with("server_certificate", Base64.getEncoder().encodeToString(serverCertificate))
                .with("token", token)
                .with("trusted_root", Base64.getEncoder().encodeToString(trustedRoot))
                .toCanonicalBytes();
    }
}

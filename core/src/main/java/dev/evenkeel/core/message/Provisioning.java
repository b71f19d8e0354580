// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core.message;

import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// What a device must know before it meets its server: written into the state partition when its
/// disk is made.
///
/// @param server `https://host:port`
/// @param serverCertificate X.509 certificate (DER) that the device trusts for TLS, and no other
/// @param token one-time token for the enrolment; worthless afterwards. Empty for a device that
///   comes with a factory certificate, a key that is expected, or waits for somebody's approval
/// @param trustedRoot TUF root metadata that the device starts from
/// @param factory the identity that the factory gave it
public record Provisioning(
        FleetId fleet,
        DeviceType deviceType,
        int revision,
        URI server,
        byte[] serverCertificate,
        String token,
        byte[] trustedRoot,
        Optional<FactoryIdentity> factory) {
    /// A key and its certificate by an authority of the factory.
    ///
    /// @param key PKCS#8, DER
    /// @param chain X.509 certificates, DER; the key's own first
    public record FactoryIdentity(byte[] key, List<byte[]> chain) {
        public FactoryIdentity {
            chain = List.copyOf(chain);
            if (chain.isEmpty()) throw new MalformedInput("a factory identity has a certificate");
        }

        private static FactoryIdentity read(JsonObject json) {
            return new FactoryIdentity(
                    Base64.getDecoder().decode(json.text("key")),
                    json.array("certificates").texts().stream()
                            .map(Base64.getDecoder()::decode)
                            .toList());
        }

        private JsonObject toJson() {
            return JsonObject.of("key", Base64.getEncoder().encodeToString(key))
                    .with(
                            "certificates",
                            JsonArray.ofTexts(
                                    chain.stream()
                                            .map(Base64.getEncoder()::encodeToString)
                                            .toList()));
        }

        @Override
        public String toString() {
            return "a factory identity";
        }
    }

    /// Without a factory identity.
    public Provisioning(
            FleetId fleet,
            DeviceType deviceType,
            int revision,
            URI server,
            byte[] serverCertificate,
            String token,
            byte[] trustedRoot) {
        this(
                fleet,
                deviceType,
                revision,
                server,
                serverCertificate,
                token,
                trustedRoot,
                Optional.empty());
    }

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
                    Base64.getDecoder().decode(json.text("trusted_root")),
                    json.optionalObject("factory").map(FactoryIdentity::read));
        } catch (MalformedInput wrong) {
            throw wrong.in("provisioning record");
        } catch (IllegalArgumentException wrong) {
            throw new MalformedInput("provisioning record: " + wrong.getMessage(), wrong);
        }
    }

    public byte[] toBytes() {
        JsonObject json =
                JsonObject.of("type", "provisioning")
                        .with("fleet", fleet.text())
                        .with("device_type", deviceType.text())
                        .with("revision", revision)
                        .with("server", server.toString())
                        .with(
                                "server_certificate",
                                Base64.getEncoder().encodeToString(serverCertificate))
                        .with("token", token)
                        .with("trusted_root", Base64.getEncoder().encodeToString(trustedRoot));
        if (factory.isPresent()) json = json.with("factory", factory.get().toJson());
        return json.toCanonicalBytes();
    }
}

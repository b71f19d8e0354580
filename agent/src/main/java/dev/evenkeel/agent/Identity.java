// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.KeyCode;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.trust.DeviceCertificate;
import dev.evenkeel.trust.PrivateKey;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/// Who this device is: the key that it made itself, and the certificate that the server gave it for
/// that. The key is stored before the first request, so that a cut enrolment is repeated with the
/// same key.
///
/// @param certificate the newest; empty until the device has enrolled
record Identity(PrivateKey key, Optional<DeviceCertificate> certificate, JsonObject unknown) {
    static final int FORMAT = 1;

    /// `device` and `credential` are those of a version that was never released.
    private static final Set<String> KNOWN =
            Set.of("type", "format", "key", "name", "certificates", "device", "credential");

    static Identity read(JsonObject json) {
        try {
            PrivateKey key = PrivateKey.fromPkcs8(Base64.getDecoder().decode(json.text("key")));
            return new Identity(key, certificate(json), json.without(KNOWN));
        } catch (IllegalArgumentException wrong) {
            throw new MalformedInput("identity: member 'key' is not base64", wrong);
        }
    }

    /// A certificate that cannot be read costs an enrolment, not the key.
    private static Optional<DeviceCertificate> certificate(JsonObject json) {
        if (!json.has("certificates")) return Optional.empty();
        try {
            return Optional.of(
                    DeviceCertificate.read(
                            json.array("certificates").texts().stream()
                                    .map(Base64.getDecoder()::decode)
                                    .toList()));
        } catch (MalformedInput | IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    JsonObject toJson() {
        JsonObject json =
                JsonObject.of("type", "identity")
                        .with("format", FORMAT)
                        .with("key", Base64.getEncoder().encodeToString(key.toPkcs8()));
        if (certificate.isPresent()) {
            json =
                    json.with("name", certificate.get().name().toString())
                            .with(
                                    "certificates",
                                    JsonArray.ofTexts(
                                            certificate.get().encoded().stream()
                                                    .map(Base64.getEncoder()::encodeToString)
                                                    .toList()));
        }
        return unknown.withAll(json);
    }

    Identity with(DeviceCertificate given) {
        return new Identity(key, Optional.of(given), unknown);
    }

    Optional<DeviceId> device() {
        return certificate.map(given -> given.name().device());
    }

    /// What a person compares before letting this device in.
    KeyCode code() {
        return KeyCode.of(fingerprint());
    }

    Digest fingerprint() {
        return Digest.of(key.publicKey().toSpki());
    }
}

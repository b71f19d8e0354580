// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.trust.PrivateKey;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/// Who this device is: the key that it made itself, and what the server gave it for that. The key
/// is stored before the first request, so that a cut enrolment is repeated with the same key.
///
/// @param enrolment the server's answer; empty until then
record Identity(PrivateKey key, Optional<Enrolment> enrolment, JsonObject unknown) {
    static final int FORMAT = 1;
    private static final Set<String> KNOWN =
            Set.of("type", "format", "key", "device", "credential");

    /// A name and the credential of its calls.
    record Enrolment(DeviceId device, String credential) {
        @Override
        public String toString() {
            return device.toString();
        }
    }

    static Identity read(JsonObject json) {
        try {
            PrivateKey key = PrivateKey.fromPkcs8(Base64.getDecoder().decode(json.text("key")));
            Optional<Enrolment> enrolment =
                    json.optionalText("device")
                            .map(device ->
                                    new Enrolment(new DeviceId(device), json.text("credential")));
            return new Identity(key, enrolment, json.without(KNOWN));
        } catch (IllegalArgumentException wrong) {
            throw new MalformedInput("identity: member 'key' is not base64", wrong);
        }
    }

    JsonObject toJson() {
        JsonObject json =
                JsonObject.of("type", "identity")
                        .with("format", FORMAT)
                        .with("key", Base64.getEncoder().encodeToString(key.toPkcs8()));
        if (enrolment.isPresent()) {
            json =
                    json.with("device", enrolment.get().device().text())
                            .with("credential", enrolment.get().credential());
        }
        return unknown.withAll(json);
    }

    Identity with(Enrolment given) {
        return new Identity(key, Optional.of(given), unknown);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import dev.evenkeel.core.Limits;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.trust.DeviceCertificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Who a device is by its stored identity: a renewal changes the certificate in it, and nothing
/// else.
final class DeviceCertificates {
    private final byte[] first;
    private final Instant now;
    private byte @Nullable [] last;
    private Optional<String> lastFault = Optional.empty();

    /// @param first the identity record that the story begins with
    /// @param now by the server's clock
    DeviceCertificates(byte[] first, Instant now) {
        this.first = first;
        this.now = now;
    }

    /// What is wrong with an identity record; empty when the same device shows a certificate that
    /// its server takes.
    Optional<String> fault(byte[] record) {
        if (!Arrays.equals(record, last)) {
            lastFault = judged(record);
            last = record;
        }
        return lastFault;
    }

    private Optional<String> judged(byte[] record) {
        JsonObject was = StrictJson.parseObject(first, Limits.MESSAGE_BYTES);
        JsonObject is = StrictJson.parseObject(record, Limits.MESSAGE_BYTES);
        if (!is.text("key").equals(was.text("key"))) return Optional.of("the key changed");
        if (!is.has("name") || !is.text("name").equals(was.text("name"))) {
            return Optional.of("the name changed");
        }
        DeviceCertificate certificate = certificate(is);
        boolean isTaken =
                certificate.until().isAfter(now)
                        && certificate.name().toString().equals(was.text("name"));
        return isTaken ? Optional.empty() : Optional.of("its certificate is not taken any more");
    }

    /// Whether a renewal reached the record.
    boolean isRenewed(byte[] record) {
        return certificate(StrictJson.parseObject(record, Limits.MESSAGE_BYTES)).from().equals(now);
    }

    private static DeviceCertificate certificate(JsonObject identity) {
        return DeviceCertificate.read(
                identity.array("certificates").texts().stream()
                        .map(Base64.getDecoder()::decode)
                        .toList());
    }
}

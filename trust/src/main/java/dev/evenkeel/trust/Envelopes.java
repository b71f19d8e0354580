// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.Dsse;
import dev.evenkeel.trust.TrustException.UntrustedEnvelope;

/// Opens DSSE envelopes: verify first, then hand out the payload to be parsed.
public final class Envelopes {
    // A sender is one key; a long list only costs the receiver time
    private static final int MOST_SIGNATURES = 8;

    private Envelopes() {}

    /// The payload of `envelope`, when it has the expected type and a signature by `key`. The key
    /// id in the envelope is a hint by a stranger and decides nothing.
    public static byte[] open(Dsse envelope, String expectedType, PublicKey key) {
        if (!envelope.payloadType().equals(expectedType)) {
            throw refused(envelope, expectedType, key, "it has another type");
        }
        if (envelope.signatures().size() > MOST_SIGNATURES) {
            throw refused(
                    envelope,
                    expectedType,
                    key,
                    "it has " + envelope.signatures().size() + " signatures");
        }
        byte[] signed = envelope.signedBytes();
        for (Dsse.Signature signature : envelope.signatures()) {
            if (key.verifies(signed, signature.bytes())) return envelope.payload();
        }
        throw refused(envelope, expectedType, key, "no signature verifies");
    }

    private static UntrustedEnvelope refused(
            Dsse envelope, String expectedType, PublicKey key, String fault) {
        return new UntrustedEnvelope(expectedType, envelope.payloadType(), key.id(), fault);
    }
}

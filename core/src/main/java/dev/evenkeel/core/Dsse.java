// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// The one envelope for everything that a device or an operator signs outside TUF: Dead Simple
/// Signing Envelope 1.0.2. It carries the payload as the bytes that were signed, so that nobody has
/// to write JSON twice alike. Holding an envelope proves nothing: verify it (module trust) before
/// the payload is parsed.
public record Dsse(String payloadType, byte[] payload, List<Signature> signatures) {
    /// One signature over [#signedBytes].
    public record Signature(String keyId, byte[] bytes) {}

    /// Something that signs with one key, wherever that key lives.
    public interface Signer {
        String keyId();

        byte[] sign(byte[] message);
    }

    public Dsse {
        signatures = List.copyOf(signatures);
    }

    public static Dsse sign(String payloadType, byte[] payload, Signer signer) {
        byte[] signature = signer.sign(signedBytes(payloadType, payload));
        return new Dsse(payloadType, payload, List.of(new Signature(signer.keyId(), signature)));
    }

    /// What a signature covers, DSSE's pre-authentication encoding: `DSSEv1 <length> <type>
    /// <length> <payload>`.
    public static byte[] signedBytes(String payloadType, byte[] payload) {
        byte[] type = payloadType.getBytes(UTF_8);
        var out = new ByteArrayOutputStream();
        out.writeBytes(("DSSEv1 " + type.length + " ").getBytes(UTF_8));
        out.writeBytes(type);
        out.writeBytes((" " + payload.length + " ").getBytes(UTF_8));
        out.writeBytes(payload);
        return out.toByteArray();
    }

    public byte[] signedBytes() {
        return signedBytes(payloadType, payload);
    }

    public static Dsse read(byte[] bytes) {
        JsonObject json = StrictJson.parseObject(bytes, Limits.ENVELOPE_BYTES);
        var signatures = new ArrayList<Signature>();
        for (Json entry : json.array("signatures").items()) {
            JsonObject one = JsonObject.from(entry);
            signatures.add(new Signature(one.text("keyid"), base64(one.text("sig"))));
        }
        return new Dsse(json.text("payloadType"), base64(json.text("payload")), signatures);
    }

    public byte[] toBytes() {
        var list = new ArrayList<Json>();
        for (Signature signature : signatures) {
            list.add(
                    JsonObject.of("keyid", signature.keyId())
                            .with("sig", Base64.getEncoder().encodeToString(signature.bytes())));
        }
        return JsonObject.of("payloadType", payloadType)
                .with("payload", Base64.getEncoder().encodeToString(payload))
                .with("signatures", new JsonArray(list))
                .toCanonicalBytes();
    }

    private static byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException wrong) {
            throw new MalformedInput("envelope: not base64: " + wrong.getMessage(), wrong);
        }
    }
}

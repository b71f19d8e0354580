// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.Dsse;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.trust.TrustException.ForeignFleet;
import dev.evenkeel.trust.TrustException.MalformedMetadata;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A metadata file as received: read as JSON so far as the signatures need it, and no further. What
/// it says comes out only through [#verifiedBy].
final class SignedFile {
    record RoleSignature(String keyId, byte[] bytes) {}

    private final String role;
    private final JsonObject signed;
    private final byte[] message;
    private final List<RoleSignature> signatures;

    private SignedFile(String role, JsonObject signed, List<RoleSignature> signatures) {
        this.role = role;
        this.signed = signed;
        this.message = signed.toSignedBytes();
        this.signatures = signatures;
    }

    static SignedFile parse(String role, byte[] bytes) {
        try {
            JsonObject file = StrictJson.parseObject(bytes, Limits.METADATA_BYTES);
            return new SignedFile(role, file.object("signed"), signatures(file));
        } catch (MalformedInput wrong) {
            throw new MalformedMetadata(role, wrong);
        }
    }

    /// `signed` with one signature by each of `signers`, in the form in which we publish.
    static byte[] sign(JsonObject signed, Collection<? extends Dsse.Signer> signers) {
        byte[] message = signed.toSignedBytes();
        var signatures = new ArrayList<RoleSignature>();
        for (Dsse.Signer signer : signers) {
            signatures.add(new RoleSignature(signer.keyId(), signer.sign(message)));
        }
        return write(signed, signatures);
    }

    static byte[] write(JsonObject signed, List<RoleSignature> signatures) {
        return JsonObject.of("signatures", toJson(signatures))
                .with("signed", signed)
                .toCanonicalBytes();
    }

    static JsonArray toJson(List<RoleSignature> signatures) {
        var list = new ArrayList<Json>();
        for (RoleSignature signature : signatures) {
            list.add(
                    JsonObject.of("keyid", signature.keyId())
                            .with("sig", HexFormat.of().formatHex(signature.bytes())));
        }
        return new JsonArray(list);
    }

    Verified verifiedBy(RoleKeys keys) {
        keys.require(role, message, signatures);
        return new Verified(role, signed);
    }

    /// For the root that the device was provisioned with: trusted because of where it lies. Its
    /// signatures are still to be checked with the keys that it names itself.
    Verified trustedByPlace() {
        return new Verified(role, signed);
    }

    static List<RoleSignature> signatures(JsonObject file) {
        List<JsonObject> entries = file.array("signatures").objects();
        if (entries.size() > TrustLimits.SIGNATURES) {
            throw new MalformedInput(
                    "expected at most "
                            + TrustLimits.SIGNATURES
                            + " signatures, found "
                            + entries.size());
        }
        var signatures = new ArrayList<RoleSignature>();
        Set<String> seen = new HashSet<>();
        for (JsonObject entry : entries) {
            String keyId = entry.text("keyid");
            // TUF 4.2.1: one signature for each key id
            if (!seen.add(keyId)) {
                throw new MalformedInput("two signatures under one key id");
            }
            signatures.add(new RoleSignature(keyId, bytes(entry.text("sig"))));
        }
        return signatures;
    }

    /// A signature that is no hexadecimal text is one that does not verify: beside enough good ones
    /// it harms nobody, as a key that is not used yet leaves an empty one.
    private static byte[] bytes(String sig) {
        try {
            return LowerHex.parse(sig);
        } catch (MalformedInput notHex) {
            return new byte[0];
        }
    }

    /// A signed part that may be read: its signatures met the threshold. Only [SignedFile] makes
    /// it.
    static final class Verified {
        private final String role;
        private final JsonObject signed;

        private Verified(String role, JsonObject signed) {
            this.role = role;
            this.signed = signed;
        }

        /// Interprets the signed part; a fault in it is told with the role's name.
        <T> T read(Function<JsonObject, T> reader) {
            try {
                return reader.apply(signed);
            } catch (MalformedInput wrong) {
                throw new MalformedMetadata(role, wrong);
            }
        }

        /// The same, for metadata that has to be of the root's `fleet`, when that names one.
        <T> T readOf(
                @Nullable FleetId fleet,
                Function<JsonObject, T> reader,
                Function<T, Header> header) {
            T metadata = read(reader);
            FleetId found = header.apply(metadata).fleet();
            if (fleet != null && !fleet.equals(found)) throw new ForeignFleet(role, fleet, found);
            return metadata;
        }
    }
}

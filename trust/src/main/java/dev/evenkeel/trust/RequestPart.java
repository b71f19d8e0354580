// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.trust.SignedFile.RoleSignature;
import dev.evenkeel.trust.TrustException.SigningRefused;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One file of a signing request: what is to be signed, by whom, and what is in force until then.
public final class RequestPart {
    private static final Set<String> SIGNATURES = Set.of("signatures");

    private final String role;
    private final Header header;
    private final JsonObject signed;
    private final @Nullable JsonObject before;
    private final List<Need> needs;
    private final List<RoleSignature> signatures;

    /// @param before the signed part that is in force; null for a new role
    RequestPart(
            String role,
            JsonObject signed,
            @Nullable JsonObject before,
            List<Need> needs,
            List<RoleSignature> signatures) {
        this.role = role;
        this.signed = signed;
        this.header = Header.read(signed, role.equals(Roles.ROOT) ? Roles.ROOT : Roles.TARGETS);
        this.before = before;
        this.needs = List.copyOf(needs);
        this.signatures = List.copyOf(signatures);
    }

    static RequestPart read(JsonObject json, FleetId fleet) {
        String role = json.text("role");
        try {
            var needs = new ArrayList<Need>();
            for (JsonObject need : json.array("needs").objects()) {
                needs.add(Need.read(need));
            }
            List<RoleSignature> signatures = SignedFile.signatures(json);
            var part =
                    new RequestPart(
                            role,
                            json.object("signed"),
                            json.optionalObject("before").orElse(null),
                            needs,
                            signatures);
            if (!fleet.equals(part.header.fleet())) {
                throw new MalformedInput("it is for another fleet than " + fleet);
            }
            for (RoleSignature signature : signatures) part.requireGood(signature);
            return part;
        } catch (MalformedInput wrong) {
            throw wrong.in("signing request, role " + role);
        }
    }

    /// A signature that does not hold would be found by the devices, not by the next signer.
    private void requireGood(RoleSignature signature) {
        for (Need need : needs) {
            PublicKey key = need.keys().keys().get(signature.keyId());
            if (key == null) continue;
            if (key.verifies(signed.toSignedBytes(), signature.bytes())) return;
            throw new SigningRefused(
                    role
                            + " "
                            + version()
                            + ": the signature by "
                            + key
                            + " is wrong: it was made for other content, or damaged on the way. Let"
                            + " the holder sign this file again.");
        }
        throw new SigningRefused(
                role
                        + " "
                        + version()
                        + ": it carries a signature by key "
                        + signature.keyId().substring(0, Math.min(12, signature.keyId().length()))
                        + ", which is none of those that may sign. Take a copy without it.");
    }

    JsonObject toJson() {
        var list = new ArrayList<Json>();
        for (Need need : needs) {
            list.add(need.toJson());
        }
        JsonObject json =
                JsonObject.of("needs", new JsonArray(list))
                        .with("role", role)
                        .with("signatures", SignedFile.toJson(signatures))
                        .with("signed", signed);
        return before == null ? json : json.with("before", before);
    }

    /// As it is published.
    byte[] toFile() {
        return SignedFile.write(signed, signatures);
    }

    boolean asks(PublicKey key) {
        return needs.stream().anyMatch(need -> need.keys().keys().containsValue(key));
    }

    RequestPart signedBy(Signer signer) {
        if (!asks(signer.publicKey()) || hasSigned(signer.publicKey())) return this;
        return with(new RoleSignature(signer.keyId(), signer.sign(signed.toSignedBytes())));
    }

    private boolean hasSigned(PublicKey key) {
        return signatures.stream()
                .anyMatch(signature ->
                        needs.stream()
                                .map(need -> need.keys().keys().get(signature.keyId()))
                                .anyMatch(key::equals));
    }

    private RequestPart with(RoleSignature signature) {
        var more = new ArrayList<>(signatures);
        more.add(signature);
        return new RequestPart(role, signed, before, needs, more);
    }

    /// Whether both ask to sign the same bytes, whoever signed so far.
    boolean isCopyOf(RequestPart other) {
        return role.equals(other.role)
                && Arrays.equals(signed.toSignedBytes(), other.signed.toSignedBytes())
                && toJson().without(SIGNATURES).equals(other.toJson().without(SIGNATURES));
    }

    RequestPart mergedWith(RequestPart copy) {
        RequestPart merged = this;
        for (RoleSignature theirs : copy.signatures) {
            boolean known =
                    merged.signatures.stream()
                            .anyMatch(ours -> ours.keyId().equals(theirs.keyId()));
            if (!known) merged = merged.with(theirs);
        }
        return merged;
    }

    List<NeedState> states() {
        byte[] message = signed.toSignedBytes();
        var states = new ArrayList<NeedState>();
        for (Need need : needs) {
            Set<PublicKey> signers = need.keys().signers(message, signatures);
            var keys = new ArrayList<NeedState.KeyState>();
            for (Map.Entry<String, PublicKey> key : need.keys().keys().entrySet()) {
                keys.add(
                        new NeedState.KeyState(
                                key.getKey(),
                                key.getValue().type(),
                                need.holders().getOrDefault(key.getKey(), ""),
                                signers.contains(key.getValue())));
            }
            states.add(
                    new NeedState(
                            role,
                            version(),
                            need.of(),
                            need.keys().threshold(),
                            signers.size(),
                            keys));
        }
        return states;
    }

    /// Who holds a key, as the signed parts have it.
    String holder(String keyId) {
        var names = new LinkedHashMap<String, String>();
        if (before != null) names.putAll(Header.read(before, typeOf()).holders());
        names.putAll(header.holders());
        return names.getOrDefault(keyId, "");
    }

    private String typeOf() {
        return role.equals(Roles.ROOT) ? Roles.ROOT : Roles.TARGETS;
    }

    public String role() {
        return role;
    }

    public long version() {
        return header.version();
    }

    Header header() {
        return header;
    }

    JsonObject signed() {
        return signed;
    }

    @Nullable JsonObject before() {
        return before;
    }

    List<Need> needs() {
        return needs;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RequestPart part && toJson().equals(part.toJson());
    }

    @Override
    public int hashCode() {
        return toJson().hashCode();
    }

    @Override
    public String toString() {
        return role + " " + version() + " with " + signatures.size() + " signatures";
    }
}

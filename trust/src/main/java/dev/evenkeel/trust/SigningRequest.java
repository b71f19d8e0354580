// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.Limits;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.trust.TrustException.SigningRefused;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Metadata on its way from person to person until enough of them have signed: one file that
/// carries all that a signer needs, and travels by stick or mail between machines that never meet.
/// What it would change is told from its signed bytes, never from words that somebody wrote into
/// it.
///
/// @param parts the files that are published together, root first
public record SigningRequest(FleetId fleet, List<RequestPart> parts) {
    /// The version of the file's form.
    static final int FORM = 1;

    public SigningRequest {
        parts = List.copyOf(parts);
        Set<String> roles = new HashSet<>();
        for (RequestPart part : parts) {
            if (!roles.add(part.role())) {
                throw new MalformedInput("a signing request with role " + part.role() + " twice");
            }
        }
        if (parts.isEmpty()) throw new MalformedInput("a signing request for nothing");
    }

    public static SigningRequest read(byte[] bytes) {
        JsonObject json = StrictJson.parseObject(bytes, Limits.METADATA_BYTES);
        if (!json.has("evenkeel_signing_request")) {
            throw new MalformedInput(
                    "not a signing request: it has no member 'evenkeel_signing_request'");
        }
        int form = json.smallInteger("evenkeel_signing_request");
        if (form != FORM) {
            throw new MalformedInput(
                    "a signing request of form "
                            + form
                            + "; this version of Evenkeel reads form "
                            + FORM);
        }
        FleetId fleet = new FleetId(json.text("fleet"));
        var parts = new ArrayList<RequestPart>();
        for (JsonObject part : json.array("parts").objects()) {
            parts.add(RequestPart.read(part, fleet));
        }
        return new SigningRequest(fleet, parts);
    }

    public byte[] toBytes() {
        List<Json> list = parts.stream().<Json>map(RequestPart::toJson).toList();
        return JsonObject.of("evenkeel_signing_request", FORM)
                .with("fleet", fleet.text())
                .with("parts", new JsonArray(list))
                // for who opens the file in an editor; nobody reads them back
                .with("would_change", JsonArray.ofTexts(words()))
                .toCanonicalBytes();
    }

    /// What would change, line by line.
    public List<String> words() {
        var words = new ArrayList<String>();
        for (RequestPart part : parts) words.addAll(Words.of(part));
        return words;
    }

    /// With signatures by `signer` wherever its key is asked for and did not sign yet.
    public SigningRequest signedBy(Signer signer) {
        boolean isAsked = parts.stream().anyMatch(part -> part.asks(signer.publicKey()));
        if (!isAsked) {
            throw new SigningRefused(
                    "signing "
                            + name()
                            + ": key "
                            + signer.publicKey()
                            + " is none of those that may sign it ("
                            + String.join(", ", keysAsked())
                            + "). Take one of these keys.");
        }
        SigningRequest signed = withSignaturesOf(signer);
        if (signed.equals(this)) {
            throw new SigningRefused(
                    "signing "
                            + name()
                            + ": key "
                            + signer.publicKey()
                            + " signed it already. Hand the file on to the next holder.");
        }
        return signed;
    }

    /// The same without complaint when there is nothing for `signer` to sign.
    SigningRequest withSignaturesOf(Signer signer) {
        return new SigningRequest(
                fleet, parts.stream().map(part -> part.signedBy(signer)).toList());
    }

    /// This request with the signatures of another copy of it.
    public SigningRequest mergedWith(SigningRequest other) {
        boolean same = fleet.equals(other.fleet) && parts.size() == other.parts.size();
        for (int i = 0; same && i < parts.size(); i++) {
            same = parts.get(i).isCopyOf(other.parts.get(i));
        }
        if (!same) {
            throw new SigningRefused(
                    "merging signatures: "
                            + name()
                            + " and "
                            + other.name()
                            + " do not ask to sign the same bytes. Merge copies of one request.");
        }
        var merged = new ArrayList<RequestPart>();
        for (int i = 0; i < parts.size(); i++) {
            merged.add(parts.get(i).mergedWith(other.parts.get(i)));
        }
        return new SigningRequest(fleet, merged);
    }

    /// Who has signed and who may, for each threshold that is to be met.
    public List<NeedState> needs() {
        return parts.stream().flatMap(part -> part.states().stream()).toList();
    }

    public boolean isComplete() {
        return needs().stream().allMatch(NeedState::isMet);
    }

    /// Throws unless every threshold is met, and says which are not.
    void requireComplete() {
        List<String> open =
                needs().stream().filter(need -> !need.isMet()).map(NeedState::told).toList();
        if (open.isEmpty()) return;
        throw new SigningRefused(
                "publishing "
                        + name()
                        + ": not enough signatures. "
                        + String.join("; ", open)
                        + ". Let the others sign, merge their copies, and publish again.");
    }

    Optional<RequestPart> part(String role) {
        return parts.stream().filter(part -> part.role().equals(role)).findFirst();
    }

    /// `fleet harbour, root 2 and targets 5`.
    public String name() {
        return "fleet "
                + fleet
                + ", "
                + String.join(
                        " and ",
                        parts.stream().map(part -> part.role() + " " + part.version()).toList());
    }

    private List<String> keysAsked() {
        return parts.stream()
                .flatMap(part -> part.needs().stream())
                .flatMap(need -> need.keys().keys().values().stream())
                .distinct()
                .map(PublicKey::toString)
                .toList();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.PrettyJson;
import dev.evenkeel.fuzz.Target;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// TUF metadata behind their signatures, and the keys that check those.
public final class TrustTargets {
    private static final String GOLDEN = "../trust/src/test/resources/golden/";

    private TrustTargets() {}

    public static List<Target> all() {
        return List.of(
                metadata(Roles.ROOT, json -> Root.read(json).toJson())
                        .from(GOLDEN + "1.root.json", GOLDEN + "root-with-courier-v1.json"),
                metadata(Roles.TIMESTAMP, json -> Timestamp.read(json).toJson())
                        .from(GOLDEN + "timestamp.json"),
                metadata(Roles.SNAPSHOT, json -> Snapshot.read(json).toJson())
                        .from(GOLDEN + "1.snapshot.json"),
                metadata(Roles.TARGETS, json -> Targets.read(json).toJson())
                        .from(GOLDEN + "1.targets.json", GOLDEN + "1.channel-prod.json"),
                Target.of(
                        "public-key",
                        der -> Optional.of(PublicKey.fromSpki(der).toSpki()),
                        MalformedInput.class),
                Target.of(
                        "private-key",
                        der -> Optional.of(PrivateKey.fromPkcs8(der).toPkcs8()),
                        MalformedInput.class),
                Target.of("target-name", TrustTargets::targetName, MalformedInput.class));
    }

    /// As a device reads a file whose signatures were found good: the worst is what a holder of a
    /// stolen key can send.
    private static Target metadata(String role, Function<JsonObject, JsonObject> again) {
        return Target.of(
                "metadata-" + role,
                bytes -> {
                    JsonObject signed = SignedFile.parse(role, bytes).trustedByPlace().read(again);
                    JsonObject file =
                            JsonObject.of("signatures", new JsonArray(List.of()))
                                    .with("signed", signed);
                    // metadata of others may hold control characters, which documents of ours do
                    // not
                    return Optional.of(PrettyJson.write(file).getBytes(UTF_8));
                },
                TrustException.class);
    }

    private static Optional<byte[]> targetName(byte[] bytes) {
        return Optional.of(TargetName.parse(new String(bytes, UTF_8)).toString().getBytes(UTF_8));
    }
}

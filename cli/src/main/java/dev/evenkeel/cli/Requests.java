// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.core.Printable;
import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.trust.NeedState;
import dev.evenkeel.trust.SigningRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Signing requests as files, and as words.
final class Requests {
    private Requests() {}

    static SigningRequest read(Path file) throws IOException {
        return SigningRequest.read(SmallFiles.read(file));
    }

    static void show(SigningRequest request, Path file, Output output) {
        if (!output.isJson()) {
            output.line(Printable.of(request.name()));
            request.words().forEach(line -> output.line("  " + line));
        }
        showSignatures(request, file, output);
    }

    static void showSignatures(SigningRequest request, Path file, Output output) {
        List<Json> needs = request.needs().stream().<Json>map(Requests::json).toList();
        JsonObject json =
                JsonObject.of("changes", JsonArray.ofTexts(request.words()))
                        .with("complete", request.isComplete())
                        .with("file", file.toString())
                        .with("needs", new JsonArray(needs));
        output.show(
                json,
                () -> {
                    output.line("signatures");
                    request.needs().forEach(need -> output.line("  " + need.told()));
                    output.line(
                            request.isComplete()
                                    ? "complete: publish it with 'evenkeel root publish "
                                            + file
                                            + "'"
                                    : "next: 'evenkeel root sign "
                                            + file
                                            + " --key KEY'; the server adds its own signatures"
                                            + " when it is published");
                });
    }

    private static JsonObject json(NeedState need) {
        List<Json> keys =
                need.keys().stream()
                        .<Json>map(key ->
                                JsonObject.of("holder", key.holder())
                                        .with("key", key.keyId())
                                        .with("signed", key.hasSigned()))
                        .toList();
        return JsonObject.of("keys", new JsonArray(keys))
                .with("of", need.of())
                .with("role", need.role())
                .with("signed", need.signed())
                .with("threshold", need.threshold())
                .with("version", need.version());
    }
}

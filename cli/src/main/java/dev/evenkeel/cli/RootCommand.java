// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.trust.Signer;
import dev.evenkeel.trust.SigningRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `evenkeel root`: signing what people sign, on machines that never meet.
@Command(
        name = "root",
        mixinStandardHelpOptions = true,
        description = {
            "Shows, signs, merges and publishes signing requests: new roots, changed keys, releases for channels whose keys are not on the server.",
            "",
            "sign, show and merge need no network and no server."
        })
final class RootCommand extends CommandGroup {
    @Command(
            name = "request",
            mixinStandardHelpOptions = true,
            description = "Fetches what waits for signatures of a role, such as channel-prod.")
    int request(
            @Mixin ServerAccess access,
            @Mixin Output output,
            @Parameters(paramLabel = "ROLE") String role,
            @Option(names = "--out", paramLabel = "FILE", required = true) Path out)
            throws IOException {
        try (ServerClient server = access.open()) {
            JsonObject json = server.get("/api/v1/trust/requests/" + Paths.segment(role));
            SigningRequest request = SigningRequest.read(json.toCanonicalBytes());
            SmallFiles.write(out, request.toBytes());
            Requests.show(request, out, output);
            return 0;
        }
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description =
                    "What a request would change, told from the bytes to be signed, and who has signed.")
    int show(@Mixin Output output, @Parameters(paramLabel = "FILE") Path file) throws IOException {
        Requests.show(Requests.read(file), file, output);
        return 0;
    }

    @Command(
            name = "sign",
            mixinStandardHelpOptions = true,
            description =
                    "Shows what a request would change, and adds a signature. Read before you give your passphrase.")
    int sign(
            @Mixin SignerOption key,
            @Mixin Output output,
            @Parameters(paramLabel = "FILE") Path file,
            @Option(
                            names = "--out",
                            paramLabel = "FILE",
                            description = "Where the signed copy goes (default: the same file).")
                    @Nullable Path out)
            throws IOException {
        SigningRequest request = Requests.read(file);
        if (!output.isJson()) {
            request.words().forEach(output::line);
            output.out().flush();
        }
        Signer signer = key.open();
        SigningRequest signed = request.signedBy(signer);
        Path to = out == null ? file : out;
        SmallFiles.write(to, signed.toBytes());
        Requests.showSignatures(signed, to, output);
        return 0;
    }

    @Command(
            name = "merge",
            mixinStandardHelpOptions = true,
            description = "Brings the signatures of several copies of one request together.")
    int merge(
            @Mixin Output output,
            @Parameters(paramLabel = "FILE", arity = "2..*") List<Path> files,
            @Option(names = "--out", paramLabel = "FILE", required = true) Path out)
            throws IOException {
        SigningRequest merged = Requests.read(files.getFirst());
        for (Path file : files.subList(1, files.size())) {
            merged = merged.mergedWith(Requests.read(file));
        }
        SmallFiles.write(out, merged.toBytes());
        Requests.show(merged, out, output);
        return 0;
    }

    @Command(
            name = "publish",
            mixinStandardHelpOptions = true,
            description =
                    "Gives a request with enough signatures to the server, which checks it as a device would.")
    int publish(
            @Mixin ServerAccess access,
            @Mixin Output output,
            @Parameters(paramLabel = "FILE") Path file)
            throws IOException {
        byte[] bytes = Requests.read(file).toBytes();
        try (ServerClient server = access.open()) {
            JsonObject answer =
                    server.post(
                            "/api/v1/trust/signed", StrictJson.parseObject(bytes, bytes.length));
            output.show(
                    answer,
                    () -> {
                        output.line("published");
                        answer.array("changed").texts().forEach(output::line);
                    });
            return 0;
        }
    }
}

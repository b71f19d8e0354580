// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.core.Channel;
import dev.evenkeel.core.Manifest;
import dev.evenkeel.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `evenkeel publish`: brings a built release into a channel.
@Command(
        name = "publish",
        mixinStandardHelpOptions = true,
        description = {
            "Uploads a release folder; the server checks it against its manifest, signs it into a channel and hosts it.",
            "",
            "Only chunks that the repository lacks take space there."
        })
final class PublishCommand implements Callable<Integer> {
    @Mixin private ServerAccess access;
    @Mixin private Output output;

    @Parameters(
            paramLabel = "RELEASE",
            description = "A release folder, as 'evenkeel build' makes it.")
    private Path release;

    @Option(
            names = "--channel",
            paramLabel = "NAME",
            defaultValue = "dev",
            description = "dev, test or prod (default: ${DEFAULT-VALUE}).")
    private String channel;

    @Override
    public Integer call() throws IOException {
        Path manifestFile = release.resolve("manifest.json");
        if (!Files.isRegularFile(manifestFile)) {
            throw CommandFault.refused(
                    release
                            + " is no release folder: it has no manifest.json; make one with 'evenkeel build'");
        }
        Manifest manifest = Manifest.read(Files.readAllBytes(manifestFile));
        try (ServerClient server = access.open();
                var progress = new ConsoleProgress(output.err())) {
            progress.stage("publish " + manifest.name() + " " + manifest.version());
            JsonObject answer = Publish.upload(server, release, new Channel(channel), progress);
            progress.done();
            output.show(
                    answer,
                    () ->
                            output.line(
                                    "published "
                                            + manifest.name()
                                            + " "
                                            + manifest.version()
                                            + " in "
                                            + channel
                                            + ": "
                                            + answer.integer("new_chunks")
                                            + " new chunks, "
                                            + Output.size(answer.integer("new_bytes"))
                                            + "; manifest "
                                            + answer.text("manifest").substring(0, 12)
                                            + answer.optionalText("waiting")
                                                    .map(told ->
                                                            "\nno device finds it yet: " + told)
                                                    .orElse("")));
        }
        return 0;
    }
}

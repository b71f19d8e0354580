// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.trust.FolderTrustStore;
import dev.evenkeel.trust.TargetFile;
import dev.evenkeel.trust.TrustedTargets;
import dev.evenkeel.trust.TufClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `evenkeel tuf`: a client of any TUF repository, with the protocol of the public conformance
/// suite. Starts with few classes, because it is started often.
@Command(
        name = "tuf",
        mixinStandardHelpOptions = true,
        versionProvider = Main.VersionOfBuild.class,
        description = {
            "A client of any repository of The Update Framework (TUF 1.0).",
            "",
            "Verifies as a device does, but for the fleet that a device is bound to. The metadata folder holds what is trusted, byte for byte as it was received, one file for each role. The options stand before the subcommand."
        },
        commandListHeading = "%nCommands:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:refused or failed; the message names the attack, what was expected and what was found",
            "2:wrong usage"
        })
final class TufCommand implements Runnable {
    private static final int MOST_ROOT_BYTES = 512 << 10;

    @Spec private CommandSpec spec;
    @Mixin private Output output;

    @Option(
            names = "--metadata-dir",
            paramLabel = "FOLDER",
            description = "Where trusted metadata are kept: root.json, timestamp.json, ...")
    private @Nullable Path metadataFolder;

    @Option(
            names = "--metadata-url",
            paramLabel = "URL",
            description = "Where the repository's metadata are: http, https or file.")
    private @Nullable URI metadataUrl;

    @Option(
            names = "--target-name",
            paramLabel = "NAME",
            description = "A target to download; repeat it for more, which come in this order.")
    private List<String> targetNames = List.of();

    @Option(
            names = "--target-dir",
            paramLabel = "FOLDER",
            description = "Where downloaded targets are put, each under its own encoded name.")
    private @Nullable Path targetFolder;

    @Option(
            names = "--target-base-url",
            paramLabel = "URL",
            description = "Where the repository's targets are.")
    private @Nullable URI targetUrl;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "expected one of the commands init, refresh and download");
    }

    @Command(
            name = "init",
            mixinStandardHelpOptions = true,
            description = {
                "Starts to trust a root.",
                "",
                "It must have come by a way that is trusted. A folder that trusts another root already keeps that one, and the command fails."
            })
    void init(
            @Parameters(paramLabel = "ROOT", description = "The root.json to start from.")
                    Path root)
            throws IOException {
        Path folder = given(metadataFolder, "--metadata-dir");
        byte[] bytes = rootBytes(root);
        if (!TufClient.begin(new FolderTrustStore(folder), bytes)) {
            throw CommandFault.refused(
                    "starting to trust "
                            + root
                            + ": "
                            + folder
                            + " trusts another root already, and only a chain of signatures leads on from it. Use an empty folder.");
        }
        output.show(
                JsonObject.of("metadata", folder.toString()),
                () -> output.line("trusts " + root + " from now on"));
    }

    private static byte[] rootBytes(Path root) throws IOException {
        if (Files.size(root) > MOST_ROOT_BYTES) {
            throw CommandFault.refused(
                    root + ": a root has at most " + MOST_ROOT_BYTES + " bytes, this has more");
        }
        return Files.readAllBytes(root);
    }

    @Command(
            name = "refresh",
            mixinStandardHelpOptions = true,
            description = "Brings the trusted metadata up to date.")
    void refresh() throws IOException {
        refreshed();
        output.show(
                JsonObject.of("metadata", String.valueOf(metadataFolder)),
                () -> output.line("the metadata are up to date"));
    }

    @Command(
            name = "download",
            mixinStandardHelpOptions = true,
            description =
                    "Brings the trusted metadata up to date and downloads targets. What is there already and right is not downloaded again.")
    void download() throws IOException {
        Path folder = given(targetFolder, "--target-dir");
        var repository = new TufRepository(given(targetUrl, "--target-base-url"));
        if (targetNames.isEmpty()) given(null, "--target-name");
        TrustedTargets targets = refreshed();
        List<Json> done = new ArrayList<>();
        for (String name : targetNames) {
            TargetFile target =
                    targets.find(name)
                            .orElseThrow(() ->
                                    CommandFault.refused(
                                            "searching target '"
                                                    + name
                                                    + "': no trusted role names it"));
            TargetDownload.Result result =
                    new TargetDownload(repository, targets.isConsistent(), folder).fetch(target);
            done.add(result.toJson());
            if (!output.isJson()) output.line(result.toText());
        }
        output.show(JsonObject.of("targets", new JsonArray(done)), () -> {});
    }

    private TrustedTargets refreshed() throws IOException {
        var store = new FolderTrustStore(given(metadataFolder, "--metadata-dir"));
        var repository = new TufRepository(given(metadataUrl, "--metadata-url"));
        return TufClient.ofAnyRepository(store, repository).refresh(Instant.now());
    }

    private <T> T given(@Nullable T value, String option) {
        if (value == null) {
            throw new ParameterException(spec.commandLine(), "expected the option " + option);
        }
        return value;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.server.ServerFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which server a command speaks to, and by what right. On the server's own machine nothing has to
/// be said: address, token and certificate are read from its data folder.
final class ServerAccess {
    @Option(
            names = "--url",
            paramLabel = "URL",
            description =
                    "The server (default: EVENKEEL_URL, else the one that last started from --data).")
    private @Nullable URI url;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description =
                    "File with the operator token (default: EVENKEEL_TOKEN_FILE, else operator-token in --data).")
    private @Nullable Path tokenFile;

    @Option(
            names = "--certificate",
            paramLabel = "FILE",
            description =
                    "The server's authority, PEM (default: EVENKEEL_CERTIFICATE, else the one in --data).")
    private @Nullable Path certificate;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "The server's data folder (default: EVENKEEL_DATA, else ~/.local/share/evenkeel).")
    private @Nullable Path data;

    static Path dataFolder(@Nullable Path told) {
        if (told != null) return told;
        String fromEnvironment = System.getenv("EVENKEEL_DATA");
        if (fromEnvironment != null) return Path.of(fromEnvironment);
        String xdg = System.getenv("XDG_DATA_HOME");
        Path shared =
                xdg != null && !xdg.isEmpty()
                        ? Path.of(xdg)
                        : Path.of(System.getProperty("user.home"), ".local", "share");
        return shared.resolve("evenkeel");
    }

    ServerClient open() throws IOException {
        Path folder = dataFolder(data);
        var files = new ServerFiles(folder);
        String environmentUrl = System.getenv("EVENKEEL_URL");
        URI address =
                url != null
                        ? url
                        : environmentUrl != null
                                ? URI.create(environmentUrl)
                                : URI.create(read(files.address(), folder));
        Path token = pick(tokenFile, "EVENKEEL_TOKEN_FILE", files.operatorToken());
        return new ServerClient(
                address,
                read(token, folder),
                pick(certificate, "EVENKEEL_CERTIFICATE", files.authority()));
    }

    private static Path pick(@Nullable Path told, String variable, Path inFolder) {
        if (told != null) return told;
        String value = System.getenv(variable);
        return value != null ? Path.of(value) : inFolder;
    }

    private static String read(Path file, Path folder) throws IOException {
        if (!Files.exists(file)) {
            throw new CommandFault(
                    Faults.UNREACHABLE,
                    "no server ever started from "
                            + folder
                            + " ("
                            + file.getFileName()
                            + " is missing). Start one with 'evenkeel server', or name one with --url, --token-file and --certificate.");
        }
        return Files.readString(file).strip();
    }
}

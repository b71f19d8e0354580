// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.FleetId;
import dev.evenkeel.server.Server;
import dev.evenkeel.server.ServerOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// The commands of the guide "keys for production" as they stand there, against a real server.
class KeysGuideTest {
    private static final Path GUIDE = Path.of("../docs/guides/keys-for-production.md");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\\n(.*?)^```$");
    private static final Pattern FILE = Pattern.compile("[a-z0-9/]+\\.(pub|key|sign|pass)|holders");

    @TempDir Path folder;

    @Test
    void the_guide_puts_a_live_fleet_into_the_hands_of_people() throws IOException {
        for (String holder : List.of("alice", "bob", "carol", "dave")) {
            Files.writeString(
                    folder.resolve(holder + ".pass"), "five words that " + holder + " knows\n");
        }
        Path data = folder.resolve("data");
        ServerOptions options =
                ServerOptions.in(data).withFleet(new FleetId("default")).withListen("127.0.0.1", 0);
        var said = new StringBuilder();
        try (Server server = Server.start(options)) {
            assertThat(server.isDevelopment()).isTrue();
            for (String command : commands()) said.append(run(command));
            assertThat(server.isDevelopment()).isFalse();
        }
        assertThat(said.toString())
                .contains("root: version 1 -> 2")
                .contains("root: threshold 1 -> 2 of 3 keys")
                .contains("root 2 has 0 of 2 signatures by the new root; may sign: alice (ed25519:")
                .contains("complete: publish it with 'evenkeel root publish")
                .contains("channel-prod.pk8, courier.pk8, root.pk8, targets.pk8; delete")
                .contains("nothing has to be done; next comes timestamp in 6 days")
                .contains("- key of bob (ecdsa:")
                .contains("root: version 5 -> 6");
    }

    private static List<String> commands() throws IOException {
        var commands = new ArrayList<String>();
        Matcher block = BLOCK.matcher(Files.readString(GUIDE));
        while (block.find()) block.group(1).lines().forEach(commands::add);
        assertThat(commands).hasSizeGreaterThan(30);
        return commands;
    }

    private String run(String line) {
        var words = new ArrayList<String>();
        for (String word : line.split(" ", -1)) {
            words.add(FILE.matcher(word).matches() ? folder.resolve(word).toString() : word);
        }
        assertThat(words.removeFirst()).isEqualTo("evenkeel");
        var out = new StringWriter();
        var err = new StringWriter();
        CommandLine command =
                Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        CommandLine named = command;
        for (String word : words) {
            CommandLine below = named.getSubcommands().get(word);
            if (below == null) break;
            named = below;
        }
        // the guide's reader has the server in the default folder
        if (named.getCommandSpec().optionsMap().containsKey("--data")) {
            words.add("--data");
            words.add(folder.resolve("data").toString());
        }
        int exitCode = command.execute(words.toArray(String[]::new));
        assertThat(exitCode).as("%s%n%s%n%s", line, out, err).isZero();
        return out.toString();
    }

    @Test
    void wrong_passphrases_and_strangers_keys_are_told() throws IOException {
        Files.writeString(folder.resolve("alice.pass"), "five words that alice knows\n");
        Files.writeString(folder.resolve("wrong.pass"), "five words that she forgot\n");
        Path data = folder.resolve("data");
        ServerOptions options =
                ServerOptions.in(data).withFleet(new FleetId("default")).withListen("127.0.0.1", 0);
        try (Server server = Server.start(options)) {
            assertThat(server.isDevelopment()).isTrue();
            run("evenkeel keys create alice --out holders --passphrase-file alice.pass");
            run("evenkeel keys renew targets --out t.sign");
            assertThat(refused("root", "sign", "t.sign", "holders/alice.key", "wrong.pass"))
                    .contains("the passphrase does not open the key of alice");
            assertThat(refused("root", "sign", "t.sign", "holders/alice.key", "alice.pass"))
                    .contains("is none of those that may sign it");
        }
    }

    private String refused(String group, String verb, String file, String key, String pass) {
        var err = new StringWriter();
        int exitCode =
                Main.commandLine()
                        .setOut(new PrintWriter(new StringWriter()))
                        .setErr(new PrintWriter(err))
                        .execute(
                                group,
                                verb,
                                folder.resolve(file).toString(),
                                "--key",
                                folder.resolve(key).toString(),
                                "--passphrase-file",
                                folder.resolve(pass).toString());
        assertThat(exitCode).isEqualTo(1);
        return err.toString();
    }
}

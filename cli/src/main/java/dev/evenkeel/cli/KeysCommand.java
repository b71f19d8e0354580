// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.trust.KeyChanges;
import dev.evenkeel.trust.KeyFile;
import dev.evenkeel.trust.KeyType;
import dev.evenkeel.trust.NamedKey;
import dev.evenkeel.trust.PrivateKey;
import dev.evenkeel.trust.PublicKey;
import dev.evenkeel.trust.SigningRequest;
import dev.evenkeel.trust.TokenAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `evenkeel keys`: who may sign what.
@Command(
        name = "keys",
        mixinStandardHelpOptions = true,
        description = {
            "Makes keys, shows which key signs what, and prepares changes of keys.",
            "",
            "A change is a signing request: a file that the holders of keys sign with 'evenkeel root sign', each on a machine of their own, and that takes effect with 'evenkeel root publish'."
        })
final class KeysCommand extends CommandGroup {
    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description =
                    "Makes a key in an encrypted file, or in a PKCS#11 token. NAME.pub is to be shown to everybody.")
    int create(
            @Mixin Secrets secrets,
            @Mixin Output output,
            @Parameters(paramLabel = "NAME", description = "Who holds it.") String name,
            @Option(
                            names = "--type",
                            paramLabel = "TYPE",
                            defaultValue = "ed25519",
                            description =
                                    "ed25519, ecdsa, rsa or hybrid (default: ${DEFAULT-VALUE}); in a token ecdsa or rsa.")
                    String type,
            @Option(
                            names = "--out",
                            paramLabel = "DIR",
                            defaultValue = ".",
                            description = "Where NAME.key and NAME.pub go (default: here).")
                    Path out,
            @Option(
                            names = "--token",
                            paramLabel = "ADDRESS",
                            description =
                                    "Make it in a token: pkcs11:slot-id=N;object=LABEL?module-path=/path/of/the/module.so")
                    @Nullable String token)
            throws IOException {
        KeyType keyType = KeyType.parse(type);
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
            throw CommandFault.refused(
                    "NAME becomes a file's name: letters, digits, dots and dashes, not '"
                            + name
                            + "'");
        }
        Path shown = out.resolve(name + ".pub");
        PublicKey made;
        if (token != null) {
            TokenAddress address = TokenAddress.parse(token);
            made =
                    TokenKeys.create(address, keyType, secrets.existing("PIN of the token"))
                            .publicKey();
        } else {
            PrivateKey key = PrivateKey.generate(keyType);
            char[] passphrase = secrets.chosen("passphrase for " + name + "'s key");
            byte[] file = KeyFile.encrypt(name, key, passphrase).toBytes();
            SmallFiles.createSecret(out.resolve(name + ".key"), file);
            made = key.publicKey();
        }
        SmallFiles.write(shown, KeyFile.writePublic(new NamedKey(made, name)));
        JsonObject json =
                JsonObject.of("holder", name)
                        .with("key", made.id())
                        .with("public", shown.toString())
                        .with("type", keyType.toString());
        output.show(
                json,
                () -> {
                    output.line("key of " + name + ": " + keyType + " " + made.id());
                    output.line(
                            token == null
                                    ? "secret  " + out.resolve(name + ".key") + " (encrypted)"
                                    : "secret  in the token");
                    output.line("public  " + shown);
                });
        return 0;
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Which key signs for which role, and who holds it.")
    int list(@Mixin ServerAccess access, @Mixin Output output) throws IOException {
        try (ServerClient server = access.open()) {
            JsonObject trust = server.get("/api/v1/trust");
            output.show(
                    trust,
                    () -> {
                        var rows = new ArrayList<List<String>>();
                        rows.add(List.of("ROLE", "NEEDS", "HOLDER", "KEY", "KEPT", "EXPIRES"));
                        for (JsonObject role : trust.array("roles").objects()) {
                            List<JsonObject> keys = role.array("keys").objects();
                            for (JsonObject key : keys) {
                                rows.add(
                                        List.of(
                                                role.text("role"),
                                                role.integer("threshold") + " of " + keys.size(),
                                                key.text("holder").isEmpty()
                                                        ? "-"
                                                        : key.text("holder"),
                                                key.text("type")
                                                        + ":"
                                                        + key.text("key").substring(0, 12),
                                                key.flag("on_server") ? "server" : "elsewhere",
                                                role.text("expires")));
                            }
                        }
                        output.table(rows);
                    });
            return 0;
        }
    }

    @Command(
            name = "rotate",
            mixinStandardHelpOptions = true,
            description = {
                "Prepares new keys in place of old ones, in one of these ways:",
                "--production A.pub B.pub C.pub: root, targets, courier and channel prod to these people, 2 of 3 by default",
                "--role ROLE A.pub ...: exactly these keys for one role (also courier)",
                "--replace OLD A.pub: one key in place of another, in every role",
                "--online ROLE: a new key of the server itself."
            })
    int rotate(
            @Mixin TrustSource source,
            @Mixin Output output,
            @Parameters(paramLabel = "FILE.pub", arity = "0..*", description = "Public keys.")
                    @Nullable List<Path> files,
            @Option(names = "--production", description = "Off the development keys.")
                    boolean production,
            @Option(
                            names = "--channel",
                            paramLabel = "CHANNEL",
                            defaultValue = "prod",
                            description =
                                    "With --production: channels that need the people's signatures (default: ${DEFAULT-VALUE}).")
                    List<String> channels,
            @Option(names = "--role", paramLabel = "ROLE") @Nullable String role,
            @Option(names = "--replace", paramLabel = "OLD") @Nullable String replaced,
            @Option(names = "--online", paramLabel = "ROLE") @Nullable String online,
            @Option(
                            names = "--threshold",
                            paramLabel = "N",
                            description =
                                    "How many must sign (default: more than half of the keys).")
                    @Nullable Integer threshold,
            @Option(
                            names = "--out",
                            paramLabel = "FILE",
                            required = true,
                            description = "Where the signing request goes.")
                    Path out)
            throws IOException {
        long ways =
                Stream.of(production ? "" : null, role, replaced, online)
                        .filter(Objects::nonNull)
                        .count();
        if (ways != 1) {
            throw CommandFault.refused("name one of --production, --role, --replace and --online");
        }
        List<NamedKey> keys = publicKeys(files == null ? List.of() : files);
        int needed = threshold != null ? threshold : keys.size() / 2 + 1;
        KeyChanges changes = source.changes();
        if (production) {
            if (keys.size() < 2) {
                throw CommandFault.refused(
                        "production keys are of two people at least, best three: one lost key must"
                                + " not lose the fleet, one stolen key must not own it");
            }
            for (String people : List.of("root", "targets", "courier")) {
                changes.replace(people, needed, keys);
            }
            for (String channel : channels) changes.replace("channel-" + channel, needed, keys);
        } else if (role != null) {
            changes.replace(role, needed, keys);
        } else if (replaced != null) {
            if (keys.size() != 1) throw CommandFault.refused("--replace OLD takes one FILE.pub");
            changes.rotate(replaced, keys.getFirst());
        } else if (online != null) {
            changes.replace(online, 1, List.of(source.newOnlineKey(online)));
        }
        return write(changes.request(Instant.now()), out, output);
    }

    @Command(
            name = "revoke",
            mixinStandardHelpOptions = true,
            description = "Prepares that a key signs for nothing any more.")
    int revoke(
            @Mixin TrustSource source,
            @Mixin Output output,
            @Parameters(paramLabel = "KEY", description = "Its holder, or the start of its id.")
                    String key,
            @Option(names = "--out", paramLabel = "FILE", required = true) Path out)
            throws IOException {
        return write(source.changes().revoke(key).request(Instant.now()), out, output);
    }

    @Command(
            name = "renew",
            mixinStandardHelpOptions = true,
            description = "Prepares roles with the same keys and a new time of validity.")
    int renew(
            @Mixin TrustSource source,
            @Mixin Output output,
            @Parameters(paramLabel = "ROLE", arity = "1..*") List<String> roles,
            @Option(names = "--out", paramLabel = "FILE", required = true) Path out)
            throws IOException {
        KeyChanges changes = source.changes();
        roles.forEach(changes::renew);
        return write(changes.request(Instant.now()), out, output);
    }

    private static List<NamedKey> publicKeys(List<Path> files) throws IOException {
        var keys = new ArrayList<NamedKey>();
        for (Path file : files) keys.add(KeyFile.readPublic(SmallFiles.read(file)));
        return keys;
    }

    private static int write(SigningRequest request, Path out, Output output) throws IOException {
        SmallFiles.write(out, request.toBytes());
        Requests.show(request, out, output);
        return 0;
    }

    static NamedKey serverKey(JsonObject answer) {
        byte[] spki = Base64.getDecoder().decode(answer.text("public"));
        return new NamedKey(PublicKey.fromSpki(spki), "server");
    }
}

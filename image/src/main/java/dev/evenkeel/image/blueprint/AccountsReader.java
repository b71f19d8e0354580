// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.blueprint;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.image.blueprint.Customizations.Place;
import dev.evenkeel.image.blueprint.Customizations.SshKey;
import dev.evenkeel.image.blueprint.Customizations.User;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Reads users and SSH keys. What may be secret (a password that is no hash, a private key) is
/// never repeated in a message.
final class AccountsReader {
    private static final int MAX_ID = 65_533;

    private final Path file;

    AccountsReader(Path file) {
        this.file = file;
    }

    /// The users before, with those of `[[customizations.user]]`: one of the same name is replaced.
    List<User> users(Section customizations, List<User> before) {
        Map<String, User> users = new LinkedHashMap<>();
        before.forEach(user -> users.put(user.name(), user));
        var here = new ArrayList<String>();
        for (Section entry : customizations.sections("user")) {
            Optional<User> user = user(entry);
            if (user.isEmpty()) continue;
            String name = user.get().name();
            if (here.contains(name))
                entry.mistake("name", "each user once", "'" + name + "' again");
            here.add(name);
            users.put(name, user.get());
        }
        return List.copyOf(users.values());
    }

    /// The keys before, and those of `[[customizations.sshkey]]`.
    List<SshKey> sshKeys(Section customizations, List<SshKey> before) {
        var keys = new ArrayList<>(before);
        for (Section entry : customizations.sections("sshkey")) {
            Optional<String> user =
                    entry.needed("user", "the name of a user", Shapes::user, Optional.empty());
            boolean given = entry.has("key");
            List<String> lines = keys(entry);
            if (!given) entry.mistake("key", PublicKey.EXPECTED, "nothing: the key is missing");
            user.ifPresent(
                    name -> lines.forEach(key -> keys.add(new SshKey(name, key, place(entry)))));
        }
        return keys;
    }

    private Optional<User> user(Section entry) {
        Optional<String> name =
                entry.needed(
                        "name",
                        "a user name of a-z, 0-9, '_', '-'",
                        Shapes::user,
                        Optional.empty());
        Optional<String> description =
                entry.text(
                        "description",
                        "a line without ':' (passwd(5) separates by it)",
                        Shapes::accountField);
        Optional<String> password = password(entry);
        List<String> keys = keys(entry);
        Optional<String> home =
                entry.text(
                        "home", "an absolute path such as /home/ann, or below /data", this::home);
        Optional<String> shell =
                entry.text("shell", "an absolute path such as /bin/bash", Shapes::treePath);
        Optional<Integer> uid = entry.number("uid", 0, MAX_ID);
        Optional<Integer> gid = entry.number("gid", 0, MAX_ID);
        List<String> groups = entry.texts("groups", "the name of a group", Shapes::user);
        Optional<User> user =
                name.map(known ->
                        new User(
                                known,
                                description,
                                password,
                                keys,
                                home,
                                shell,
                                uid,
                                gid,
                                groups,
                                place(entry)));
        if (user.filter(User::livesOnData).isPresent() && uid.isEmpty() && !entry.has("uid")) {
            entry.mistake(
                    "home",
                    "a uid beside a home on the data partition, whose files belong to the same number in every release",
                    "none");
        }
        return user;
    }

    private static Optional<String> password(Section entry) {
        return secret(
                entry,
                "password",
                "a hash of crypt(5), as 'mkpasswd -m yescrypt' or 'openssl passwd -6' prints it",
                Shapes::passwordHash,
                _ -> "a text that is none (a password itself must not be in a blueprint)");
    }

    /// The lines of `key`.
    private static List<String> keys(Section entry) {
        return secret(
                        entry,
                        "key",
                        PublicKey.EXPECTED,
                        text -> text.strip().lines().map(PublicKey::line).toList(),
                        PublicKey::foundInstead)
                .orElse(List.of());
    }

    private static <T> Optional<T> secret(
            Section entry,
            String key,
            String expected,
            Function<String, T> parse,
            Function<String, String> found) {
        Optional<String> text = entry.text(key);
        try {
            return text.map(parse);
        } catch (MalformedInput wrong) {
            entry.mistake(key, expected, found.apply(text.orElse("")));
            return Optional.empty();
        }
    }

    private String home(String text) {
        String path = Shapes.treePath(text);
        if (path.equals("/data") || (path + "/").startsWith("/data/.evenkeel/")) {
            throw new MalformedInput("not a home: " + text);
        }
        return path;
    }

    private Place place(Section entry) {
        return new Place(file, entry.line());
    }
}

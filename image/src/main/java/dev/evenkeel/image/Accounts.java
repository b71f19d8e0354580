// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.image.blueprint.Customizations;
import dev.evenkeel.image.blueprint.Customizations.Place;
import dev.evenkeel.image.blueprint.Customizations.SshKey;
import dev.evenkeel.image.blueprint.Customizations.User;
import dev.evenkeel.image.tree.Content;
import dev.evenkeel.image.tree.Node;
import dev.evenkeel.image.tree.Tree;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The blueprint's users and SSH keys in a tree. Written as files and not by useradd(8), which
/// would put today's date into shadow(5) and allot ids by the host's settings.
///
/// A home in the image forgets at a reboot as the whole root does; one below `/data` is made at
/// boot and stays. The keys lie outside of both, in the verified slot: they come and go with the
/// release, and let people in also when the data partition is broken.
final class Accounts {
    private static final int FIRST_ID = 1000;
    private static final String KEYS = "etc/ssh/authorized_keys.d/";

    private final Tree tree;
    private final Instant time;
    private final AccountTable users;
    private final AccountTable passwords;
    private final AccountTable groups;
    private final AccountTable groupPasswords;
    private final StringBuilder homes = new StringBuilder();

    private Accounts(Tree tree, Instant time) throws IOException {
        this.tree = tree;
        this.time = time;
        this.users = AccountTable.read(tree, "etc/passwd");
        this.passwords = AccountTable.read(tree, "etc/shadow");
        this.groups = AccountTable.read(tree, "etc/group");
        this.groupPasswords = AccountTable.read(tree, "etc/gshadow");
    }

    static void putInto(Tree tree, Customizations customizations, Instant time) throws IOException {
        if (customizations.users().isEmpty() && customizations.sshKeys().isEmpty()) return;
        var accounts = new Accounts(tree, time);
        customizations.users().forEach(accounts::put);
        accounts.putKeys(customizations);
        accounts.write();
    }

    private void put(User user) {
        if (users.find(user.name()).isEmpty()) add(user);
        else requireSameIds(user);
        user.description().ifPresent(text -> users.change(user.name(), 4, text));
        user.home().ifPresent(path -> users.change(user.name(), 5, path));
        user.shell().ifPresent(path -> users.change(user.name(), 6, shell(path, user)));
        user.password().ifPresent(hash -> passwords.change(user.name(), 1, hash));
        for (String group : user.groups()) {
            if (groups.find(group).isEmpty()) {
                throw wrong(user.place(), "user.groups", "a group of the image", "'" + group + "'");
            }
            groups.addMember(group, user.name());
            groupPasswords.addMember(group, user.name());
        }
        putHome(user);
    }

    private void add(User user) {
        int uid = user.uid().orElseGet(this::freeId);
        users.findId(uid)
                .ifPresent(other -> {
                    throw wrong(
                            user.place(),
                            "user.uid",
                            "a number that no user of the image has",
                            uid + ", which is " + other.getFirst());
                });
        int gid = group(user, uid);
        users.add(
                user.name(),
                "x",
                Integer.toString(uid),
                Integer.toString(gid),
                "",
                "/home/" + user.name(),
                shell("/bin/bash", user));
        // no password fits '*'; empty fields: nothing ever expires, and no date is written
        passwords.add(user.name(), "*", "", "", "", "", "", "", "");
    }

    /// The primary group: the one with the wanted id, or one with the user's own name.
    private int group(User user, int uid) {
        if (user.gid().filter(id -> groups.findId(id).isPresent()).isPresent()) {
            return user.gid().get();
        }
        if (groups.find(user.name()).isPresent()) {
            throw wrong(
                    user.place(),
                    "user.gid",
                    "the id of the group '" + user.name() + "', which the image has already",
                    user.gid().map(String::valueOf).orElse("none"));
        }
        int gid = user.gid().orElseGet(() -> groups.findId(uid).isEmpty() ? uid : freeId());
        groups.add(user.name(), "x", Integer.toString(gid), "");
        groupPasswords.add(user.name(), "!", "", "");
        return gid;
    }

    private int freeId() {
        int id = FIRST_ID;
        while (users.findId(id).isPresent() || groups.findId(id).isPresent()) id++;
        return id;
    }

    private void requireSameIds(User user) {
        List<String> row = users.find(user.name()).orElseThrow();
        requireSame(user.place(), "user.uid", row.get(2), user.uid());
        requireSame(user.place(), "user.gid", row.get(3), user.gid());
    }

    private static void requireSame(Place place, String key, String has, Optional<Integer> wanted) {
        wanted.filter(id -> !has.equals(id.toString()))
                .ifPresent(id -> {
                    throw wrong(
                            place,
                            key,
                            has + ", which the packages gave to this user",
                            id.toString());
                });
    }

    private String shell(String path, User user) {
        if (tree.file(path.substring(1)).isPresent()) return path;
        throw wrong(user.place(), "user.shell", "a program of the image", "'" + path + "'");
    }

    private void putHome(User user) {
        List<String> row = users.find(user.name()).orElseThrow();
        int uid = Integer.parseInt(row.get(2));
        int gid = Integer.parseInt(row.get(3));
        String home = row.get(5).substring(1);
        if (user.livesOnData()) {
            homes.append("d /%s 0700 %d %d -\n".formatted(home, uid, gid));
            return;
        }
        if (tree.find(home).isPresent()) return;
        tree.put(home, new Node.Folder(0700, uid, gid, Times.FIXED));
        for (Map.Entry<String, Node> entry : Map.copyOf(tree.below("etc/skel")).entrySet()) {
            String path = home + entry.getKey().substring("etc/skel".length());
            tree.put(path, owned(entry.getValue(), uid, gid));
        }
    }

    private static Node owned(Node node, int uid, int gid) {
        return switch (node) {
            case Node.File(Content content, int mode, int _, int _, Instant time) ->
                    new Node.File(content, mode, uid, gid, time);
            case Node.Folder(int mode, int _, int _, Instant time) ->
                    new Node.Folder(mode, uid, gid, time);
            case Node.Link(String to, int _, int _, Instant time) ->
                    new Node.Link(to, uid, gid, time);
        };
    }

    private void putKeys(Customizations customizations) {
        Map<String, StringBuilder> keys = new TreeMap<>();
        for (User user : customizations.users()) {
            for (String key : user.keys()) putKey(keys, user.name(), key, user.place(), "user.key");
        }
        for (SshKey key : customizations.sshKeys()) {
            if (users.find(key.user()).isEmpty()) {
                throw wrong(
                        key.place(),
                        "sshkey.user",
                        "a user of the image or of [[customizations.user]]",
                        "'" + key.user() + "'");
            }
            putKey(keys, key.user(), key.key(), key.place(), "sshkey.key");
        }
        keys.forEach((user, lines) -> file(KEYS + user, lines.toString()));
    }

    private void putKey(
            Map<String, StringBuilder> keys, String user, String key, Place place, String what) {
        if (tree.file("usr/sbin/sshd").isEmpty()) {
            throw wrong(
                    place, what, "the package openssh-server in the image", "no /usr/sbin/sshd");
        }
        keys.computeIfAbsent(user, _ -> new StringBuilder()).append(key).append('\n');
    }

    private void write() {
        for (AccountTable table : List.of(users, passwords, groups, groupPasswords)) {
            table.writeInto(tree, time);
        }
        if (!homes.isEmpty()) file("usr/lib/tmpfiles.d/evenkeel-homes.conf", homes.toString());
    }

    private void file(String path, String text) {
        tree.put(path, new Node.File(new Content.Bytes(text.getBytes(UTF_8)), 0644, 0, 0, time));
    }

    private static BuildFault wrong(Place place, String key, String expected, String found) {
        return new BuildFault.WrongTree(
                place + ": customizations." + key + ": expected " + expected + ", found " + found);
    }
}

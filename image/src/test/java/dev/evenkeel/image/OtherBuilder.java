// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import dev.evenkeel.content.Folders;
import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.lock.LockedFile;
import dev.evenkeel.image.lock.LockedPackage;
import dev.evenkeel.image.lock.Store;
import dev.evenkeel.image.process.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Builds the same lock as somebody else would. Run by root it becomes an ordinary user with
/// subordinate ids who has no network; the user exists only in a mount namespace.
final class OtherBuilder {
    private static final String AS_SOMEBODY =
            """
            home=$1; shift
            mkdir "$home/etc"
            { cat /etc/passwd; echo "somebody:x:54321:54321::$home:/bin/sh"; } >"$home/etc/passwd"
            { cat /etc/group; echo "somebody:x:54321:"; } >"$home/etc/group"
            echo somebody:200000:65536 >"$home/etc/subuid"
            for file in passwd group; do mount --bind "$home/etc/$file" "/etc/$file"; done
            for file in subuid subgid; do [ -e /etc/$file ] || : >/etc/$file; mount --bind "$home/etc/subuid" "/etc/$file"; done
            chown -R 54321:54321 "$home"
            umask 077
            exec setpriv --reuid somebody --regid somebody --clear-groups "$@"
            """;

    private OtherBuilder() {}

    /// Builds `box/box.toml` of a copy of `project`; returns the release folder.
    static Path build(Path project, Lock lock, Store store) throws IOException {
        Path home = Files.createTempDirectory(Path.of("/var/tmp"), "evenkeel somebody ");
        var others = new Store(home.resolve("store"));
        for (LockedPackage one : lock.allPackages()) copy(store.verified(one), store, others);
        for (LockedFile one : lock.agent()) copy(store.verified(one), store, others);
        copyTree(project, home.resolve("project"));
        Files.write(home.resolve("box.lock"), lock.toBytes());

        var java = new ArrayList<String>();
        java.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-Dfile.encoding=ISO-8859-1"));
        java.addAll(List.of("-cp", String.join(":", classPath(home)), BuildOnce.class.getName()));
        for (String argument : List.of("project/box/box.toml", "box.lock", "store", "release"))
            java.add(home.resolve(argument).toString());
        command(home, java)
                .with("TZ", "Asia/Tokyo")
                .with("LANG", "tr_TR.UTF-8")
                .with("LC_ALL", "tr_TR.UTF-8")
                .with("HOME", home.toString())
                .run();
        return home.resolve("release");
    }

    static void remove(Path release) throws IOException {
        Folders.delete(ReleaseFile.folderOf(release));
    }

    private static Child command(Path home, List<String> java) {
        var command = new ArrayList<String>();
        if (isRoot()) {
            command.addAll(
                    List.of(
                            "unshare",
                            "--mount",
                            "--net",
                            "sh",
                            "-euc",
                            AS_SOMEBODY,
                            "sh",
                            home.toString()));
        } else {
            command.addAll(List.of("sh", "-euc", "umask 077; exec \"$@\"", "sh"));
        }
        command.addAll(java);
        return Child.of("building as somebody else", command);
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /// Copies of everything on the class path: the other user may not read this one's home.
    private static List<String> classPath(Path home) throws IOException {
        var copies = new ArrayList<String>();
        for (Path entry : AgentJars.classPath()) {
            Path copy = home.resolve("classes").resolve(copies.size() + "-" + entry.getFileName());
            if (Files.isDirectory(entry)) copyTree(entry, copy);
            else copyFile(entry, copy);
            copies.add(copy.toString());
        }
        return copies;
    }

    private static void copy(Path stored, Store from, Store to) throws IOException {
        copyFile(stored, to.folder().resolve(from.folder().relativize(stored)));
    }

    static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) Files.createDirectories(copy);
                else copyFile(file, copy);
            }
        }
    }

    private static void copyFile(Path from, Path to) throws IOException {
        Files.createDirectories(ReleaseFile.folderOf(to));
        Files.copy(from, to, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    }
}

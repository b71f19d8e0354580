// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.tool;

import dev.evenkeel.content.Folders;
import dev.evenkeel.core.Digest;
import dev.evenkeel.image.lock.AgentBundle;
import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.lock.LockedPackage;
import dev.evenkeel.image.lock.Locker;
import dev.evenkeel.image.lock.Store;
import dev.evenkeel.image.process.Child;
import dev.evenkeel.image.process.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/// A root of locked packages, unpacked without running any of their scripts, and kept under the
/// digest of the set. Two of them: the tools, and the Java from which the agent's runtime is
/// linked.
public final class ToolRoot {
    private final Path folder;

    private ToolRoot(Path folder) {
        this.folder = folder;
    }

    /// The programs that build an image and run a virtual device.
    public static ToolRoot tools(Lock lock, Store store, Progress progress) {
        return open("tools", lock.tools(), store, progress);
    }

    /// The JDK that the agent's runtime is linked from.
    public static ToolRoot java(Lock lock, Store store, Progress progress) {
        return open("java", lock.runtime(), store, progress);
    }

    /// Programs beside the tools of `lock`, in a root that is fetched when it is first asked for
    /// and then kept. They find their libraries when they run inside the sandbox of [#tools], with
    /// this root's folder in sight.
    ///
    /// @param suite of Debian that they come from
    /// @param names of packages
    public static ToolRoot more(
            String suite, List<String> names, Lock lock, Store store, Progress progress) {
        String what = suite + " " + names + " " + Lock.digestOf(lock.tools());
        Digest key = Digest.of(what.getBytes(StandardCharsets.UTF_8));
        String kind = "more-tools";
        Path folder = store.cache(kind).resolve(key.hex().substring(0, 16));
        if (Files.isDirectory(folder)) return new ToolRoot(folder);
        var locker = new Locker(store, AgentBundle.NONE, progress);
        return unpacked(kind, folder, locker.more(suite, names, lock), store, progress);
    }

    /// Where the root lies on the host: `file("usr/lib/u-boot/qemu-x86/u-boot.rom")`.
    public Path file(String path) {
        return folder.resolve(path);
    }

    /// The root as a sandbox, in which `folders` of the host are in sight at their own paths.
    public Sandbox sandbox(Path... folders) {
        return new Sandbox(folder, List.of(folders));
    }

    private static ToolRoot open(
            String kind, List<LockedPackage> set, Store store, Progress progress) {
        Path folder = store.cache(kind).resolve(Lock.digestOf(set).hex().substring(0, 16));
        if (Files.isDirectory(folder)) return new ToolRoot(folder);
        return unpacked(kind, folder, set, store, progress);
    }

    private static ToolRoot unpacked(
            String kind, Path folder, List<LockedPackage> set, Store store, Progress progress) {
        progress.note("unpacking " + set.size() + " packages of " + kind + ", once");
        try (WorkFolder half = WorkFolder.beside(folder)) {
            try {
                Path root = half.newFolder("root");
                unpack(set, store, root, progress);
                Files.move(root, folder, StandardCopyOption.ATOMIC_MOVE);
            } catch (FileAlreadyExistsException | java.nio.file.DirectoryNotEmptyException other) {
                // another build unpacked the same set meanwhile
                progress.note("another build has unpacked them already");
            }
            return new ToolRoot(folder);
        } catch (IOException broken) {
            throw new ToolFault(
                    "cannot unpack the " + kind + " into " + folder + ": " + broken, broken);
        }
    }

    private static void unpack(List<LockedPackage> set, Store store, Path root, Progress progress)
            throws IOException {
        // packages rely on these links, which base-files brings only in Debian 13 and later
        for (String folder : List.of("bin", "sbin", "lib", "lib64")) {
            Files.createDirectories(root.resolve("usr").resolve(folder));
            Files.createSymbolicLink(root.resolve(folder), Path.of("usr", folder));
        }
        long total = set.stream().mapToLong(LockedPackage::sizeBytes).sum();
        long done = 0;
        for (LockedPackage locked : set) {
            Child.of(
                            "unpacking " + locked,
                            List.of(
                                    "dpkg-deb",
                                    "--extract",
                                    store.verified(locked).toString(),
                                    root.toString()))
                    .run();
            done += locked.sizeBytes();
            progress.bytes(done, total);
        }
        for (String needed : List.of("proc", "dev", "tmp")) {
            Files.createDirectories(root.resolve(needed));
        }
        for (String unused :
                List.of("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/info")) {
            if (Files.exists(root.resolve(unused))) Folders.delete(root.resolve(unused));
        }
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(root.resolve("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
        Files.writeString(root.resolve("etc/group"), "root:x:0:\n");
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.lock.Store;
import dev.evenkeel.image.process.Progress;
import dev.evenkeel.image.tool.ToolRoot;
import dev.evenkeel.image.tree.Content;
import dev.evenkeel.image.tree.Cpio;
import dev.evenkeel.image.tree.Node;
import dev.evenkeel.image.tree.Tree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// A Linux kernel that is a program of the host: Debian's user-mode-linux, with its modules.
///
/// It boots a slot with the slot's own initramfs, to which an archive of our own is appended (the
/// kernel unpacks both, see its early-userspace/buffer-format): its modules, and a first program
/// that loads them, tells the disk driver that the drive has a write cache, and hands over to the
/// slot's `/init`.
///
/// @param folder of the unpacked package, to be put in sight of the program
public record UmlKernel(Path folder) {
    private static final List<String> MODULES =
            List.of("virtio_blk", "dm-verity", "squashfs", "erofs", "overlay");
    private static final String PROGRAM = "usr/bin/linux.uml";

    /// Of Debian: the first with a kernel (6.16 and later) that takes system calls by seccomp
    /// instead of ptrace. It needs half the processor time, and does not die on processors with
    /// AMX.
    private static final String SUITE = "forky";

    /// Finds it in the store's caches, or fetches it.
    public static UmlKernel find(Lock lock, Store store, Progress progress) throws IOException {
        ToolRoot uml = ToolRoot.more(SUITE, List.of("user-mode-linux"), lock, store, progress);
        return new UmlKernel(uml.file(""));
    }

    Path program() {
        return folder.resolve(PROGRAM);
    }

    /// Makes the initramfs that boots `files` here: the slot's own, then ours.
    Path initramfs(SlotFiles files) throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(Files.readAllBytes(files.initramfs()));
        while (bytes.size() % 4 != 0) bytes.write(0);
        bytes.writeBytes(Cpio.write(addition()));
        Path joined = files.initramfs().resolveSibling("initrd.uml");
        return Files.write(joined, bytes.toByteArray());
    }

    private Tree addition() throws IOException {
        var tree = new Tree(Instant.EPOCH);
        put(tree, "uml/init", resource("init"), 0755);
        // the slot's modules are for its own kernel
        put(tree, "lib/modules.load", new byte[0], 0644);
        var order = new StringBuilder();
        for (String path : modules()) {
            String name = "uml/" + path.substring(path.lastIndexOf('/') + 1);
            put(tree, name, Files.readAllBytes(moduleFolder().resolve(path)), 0644);
            order.append('/').append(name).append('\n');
        }
        put(tree, "uml/modules.load", order.toString().getBytes(UTF_8), 0644);
        return tree;
    }

    private static void put(Tree tree, String path, byte[] content, int mode) {
        tree.put(path, new Node.File(new Content.Bytes(content), mode, 0, 0, Instant.EPOCH));
    }

    /// Each after what it needs (modules.dep(5) lists the deepest last); what is built in has none.
    private Set<String> modules() throws IOException {
        Map<String, List<String>> dependencies = new HashMap<>();
        Map<String, String> byName = new HashMap<>();
        for (String line : Files.readAllLines(moduleFolder().resolve("modules.dep"))) {
            String path = line.substring(0, line.indexOf(':'));
            String needed = line.substring(path.length() + 1).strip();
            byName.put(nameOf(path), path);
            dependencies.put(path, needed.isEmpty() ? List.of() : List.of(needed.split(" ")));
        }
        var ordered = new LinkedHashSet<String>();
        for (String name : MODULES) {
            String path = byName.get(name.replace('-', '_'));
            if (path == null) continue;
            ordered.addAll(new ArrayList<>(dependencies.getOrDefault(path, List.of())).reversed());
            ordered.add(path);
        }
        return ordered;
    }

    private static String nameOf(String path) {
        return path.substring(path.lastIndexOf('/') + 1)
                .replaceFirst("\\.ko$", "")
                .replace('-', '_');
    }

    private Path moduleFolder() throws IOException {
        try (Stream<Path> versions = Files.list(folder.resolve("usr/lib/uml/modules"))) {
            return versions.findFirst()
                    .orElseThrow(() -> new LabFailure(folder + " has no kernel modules"));
        }
    }

    private static byte[] resource(String name) {
        try (InputStream in = UmlKernel.class.getResourceAsStream("uml/" + name)) {
            if (in == null) throw new IllegalStateException("no resource uml/" + name);
            return in.readAllBytes();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.luben.zstd.Zstd;
import dev.evenkeel.image.tree.Content;
import dev.evenkeel.image.tree.Cpio;
import dev.evenkeel.image.tree.Elf;
import dev.evenkeel.image.tree.Node;
import dev.evenkeel.image.tree.Tree;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;

/// The initramfs: busybox, dmsetup with its libraries, the kernel modules in load order, and one
/// script. All programs come from the root tree.
final class Initramfs {
    private static final int LEVEL = 12;
    private static final List<String> LIBRARY_FOLDERS =
            List.of("usr/lib/x86_64-linux-gnu", "usr/lib", "usr/lib64");

    private Initramfs() {}

    static byte[] make(Tree root) throws IOException {
        var tree = new Tree(Times.FIXED);
        put(tree, "init", DeviceFiles.bytes("initramfs/init"), 0755);
        put(tree, "bin/busybox", content(root, "usr/bin/busybox"), 0755);
        byte[] dmsetup = content(root, "usr/sbin/dmsetup");
        put(tree, "sbin/dmsetup", dmsetup, 0755);
        putLibraries(tree, root, dmsetup);
        var order = new StringBuilder();
        for (String path :
                KernelModules.withDependencies(DeviceFiles.lines("initramfs/modules"), root)) {
            String place = "lib/modules/" + path.substring(path.lastIndexOf('/') + 1);
            put(tree, place, content(root, path), 0644);
            order.append('/').append(place).append('\n');
        }
        put(tree, "lib/modules.load", order.toString().getBytes(UTF_8), 0644);
        for (String folder : List.of("dev", "proc", "sys", "run", "mnt", "usr")) {
            tree.put(folder, new Node.Folder(0755, 0, 0, Times.FIXED));
        }
        return Zstd.compress(Cpio.write(tree), LEVEL);
    }

    private static void putLibraries(Tree tree, Tree root, byte[] program) throws IOException {
        var seen = new HashSet<String>();
        var pending = new ArrayDeque<Elf>(List.of(Elf.read(program)));
        while (!pending.isEmpty()) {
            Elf elf = pending.pop();
            elf.interpreter()
                    .ifPresent(path -> {
                        if (seen.add(path))
                            put(
                                    tree,
                                    path.substring(1),
                                    library(root, path.substring(path.lastIndexOf('/') + 1)),
                                    0755);
                    });
            for (String name : elf.needed()) {
                if (!seen.add(name)) continue;
                byte[] library = library(root, name);
                // the loader itself is named as a library too
                if (!name.startsWith("ld-linux"))
                    put(tree, "lib/x86_64-linux-gnu/" + name, library, 0644);
                pending.push(Elf.read(library));
            }
        }
    }

    private static byte[] library(Tree root, String name) {
        for (String folder : LIBRARY_FOLDERS) {
            var file = root.file(folder + "/" + name);
            if (file.isEmpty()) continue;
            try {
                return file.get().content().bytes();
            } catch (IOException broken) {
                throw new BuildFault.Unwritable(
                        "reading /" + folder + "/" + name + " of the tree", broken);
            }
        }
        throw new BuildFault.WrongTree(
                "the initramfs needs the library " + name + ", which the tree does not have");
    }

    private static byte[] content(Tree root, String path) throws IOException {
        return root.file(path)
                .orElseThrow(() ->
                        new BuildFault.WrongTree(
                                "the initramfs needs /" + path + ", which the tree does not have"))
                .content()
                .bytes();
    }

    private static void put(Tree tree, String path, byte[] content, int mode) {
        tree.put(path, new Node.File(new Content.Bytes(content), mode, 0, 0, Times.FIXED));
    }
}

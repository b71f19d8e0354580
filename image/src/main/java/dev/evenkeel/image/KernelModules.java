// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.image.tree.Content;
import dev.evenkeel.image.tree.Node;
import dev.evenkeel.image.tree.Tree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.tukaani.xz.XZInputStream;

/// The kernel modules of a tree. They are stored unpacked, because the slot's filesystem
/// compresses, and because a delta between two packed files is worth nothing.
final class KernelModules {
    private static final String FOLDER = "usr/lib/modules";
    private static final String PACKED = ".ko.xz";

    private KernelModules() {}

    /// Unpacks every module and makes the dependency files again, which name the files.
    static void unpack(Tree tree, Build build) throws IOException {
        String version = version(tree);
        Path root = build.work().newFolder("modules");
        Files.createDirectories(root.resolve(FOLDER));
        Files.createSymbolicLink(root.resolve("lib"), Path.of("usr/lib"));
        for (Map.Entry<String, Node> entry : List.copyOf(tree.below(FOLDER).entrySet())) {
            String path = entry.getKey();
            switch (entry.getValue()) {
                case Node.Folder _ -> Files.createDirectories(root.resolve(path));
                case Node.Link _ -> {}
                case Node.File file -> {
                    Path unpacked = root.resolve(path.replace(PACKED, ".ko"));
                    copy(file, path.endsWith(PACKED), unpacked);
                    if (path.endsWith(PACKED)) {
                        tree.remove(path);
                        tree.put(
                                path.replace(PACKED, ".ko"),
                                new Node.File(
                                        new Content.Host(unpacked),
                                        file.mode(),
                                        0,
                                        0,
                                        file.time()));
                    }
                }
            }
        }
        build.sandbox()
                .child("listing the kernel modules", "depmod", "-b", root.toString(), version)
                .run();
        try (Stream<Path> made = Files.list(root.resolve(FOLDER).resolve(version))) {
            for (Path file :
                    made.filter(f -> f.getFileName().toString().startsWith("modules.")).toList()) {
                tree.put(
                        FOLDER + "/" + version + "/" + file.getFileName(),
                        new Node.File(new Content.Host(file), 0644, 0, 0, build.time()));
            }
        }
    }

    /// Paths of the named modules and of all that they depend on, each after what it needs. Modules
    /// that are built into the kernel have no path.
    static Set<String> withDependencies(List<String> names, Tree tree) throws IOException {
        String folder = FOLDER + "/" + version(tree);
        Map<String, List<String>> dependencies = new HashMap<>();
        Map<String, String> byName = new HashMap<>();
        for (String line : text(tree, folder + "/modules.dep").split("\n", -1)) {
            int colon = line.indexOf(':');
            if (colon < 0) continue;
            String path = line.substring(0, colon);
            byName.put(nameOf(path), path);
            String needed = line.substring(colon + 1).strip();
            dependencies.put(path, needed.isEmpty() ? List.of() : List.of(needed.split(" ")));
        }
        Set<String> builtIn = new LinkedHashSet<>();
        text(tree, folder + "/modules.builtin").lines().forEach(path -> builtIn.add(nameOf(path)));
        var ordered = new LinkedHashSet<String>();
        for (String name : names) {
            String plain = name.replace('-', '_');
            String path = byName.get(plain);
            if (path == null && !builtIn.contains(plain)) {
                throw new BuildFault.WrongTree(
                        "the kernel has no module '" + name + "', which the initramfs needs");
            }
            if (path == null) continue;
            // modules.dep lists the direct and indirect needs of a module, the deepest last
            var needed = new ArrayList<>(dependencies.getOrDefault(path, List.of()));
            needed.reversed().forEach(one -> ordered.add(folder + "/" + one));
            ordered.add(folder + "/" + path);
        }
        return ordered;
    }

    private static String version(Tree tree) {
        List<String> versions =
                tree.below(FOLDER).keySet().stream()
                        .filter(path -> path.indexOf('/', FOLDER.length() + 1) < 0)
                        .map(path -> path.substring(FOLDER.length() + 1))
                        .toList();
        if (versions.size() != 1) {
            throw new BuildFault.WrongTree("expected the modules of one kernel, found " + versions);
        }
        return versions.getFirst();
    }

    private static void copy(Node.File file, boolean packed, Path to) throws IOException {
        try (InputStream in = file.content().open();
                InputStream plain = packed ? new XZInputStream(in) : in) {
            Files.copy(plain, to);
        }
    }

    private static String text(Tree tree, String path) throws IOException {
        Node.File file =
                tree.file(path)
                        .orElseThrow(() -> new BuildFault.WrongTree("the tree has no /" + path));
        return new String(file.content().bytes(), UTF_8);
    }

    private static String nameOf(String path) {
        return path.substring(path.lastIndexOf('/') + 1)
                .replaceFirst("\\.ko$", "")
                .replace('-', '_');
    }
}

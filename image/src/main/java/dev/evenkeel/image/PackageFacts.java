// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.image.lock.LockedPackage;
import dev.evenkeel.image.tree.Node;
import dev.evenkeel.image.tree.Tree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What dpkg wrote into a tree about its packages: which are installed, which file belongs to
/// which, and under which licences they are.
///
/// @param owners path -> name of the package
/// @param copyrights name of the package -> its copyright file
record PackageFacts(Map<String, String> owners, Map<String, String> copyrights) {
    private static final String LISTS = "var/lib/dpkg/info/";

    /// Reads them, and refuses a tree that does not hold exactly the locked packages.
    static PackageFacts read(Tree tree, List<LockedPackage> locked) throws IOException {
        requireLocked(text(tree, "var/lib/dpkg/status").orElse(""), locked);
        var owners = new HashMap<String, String>();
        var copyrights = new TreeMap<String, String>();
        for (LockedPackage one : locked) {
            Optional<String> list =
                    text(tree, LISTS + one.name() + ".list")
                            .or(() ->
                                    textOrFault(
                                            tree,
                                            LISTS
                                                    + one.name()
                                                    + ":"
                                                    + one.architecture()
                                                    + ".list"));
            for (String path : list.orElse("").lines().toList()) {
                if (path.length() > 2)
                    owners.put(tree.resolve(unpacked(path.substring(1)), 0), one.name());
            }
            text(tree, "usr/share/doc/" + one.name() + "/copyright")
                    .ifPresent(copyright -> copyrights.put(one.name(), copyright));
        }
        return new PackageFacts(owners, copyrights);
    }

    private static void requireLocked(String status, List<LockedPackage> locked) {
        var installed = new TreeMap<String, String>();
        for (String stanza : status.split("\n\n", -1)) {
            var fields = new HashMap<String, String>();
            stanza.lines()
                    .filter(line -> line.indexOf(':') > 0 && !line.startsWith(" "))
                    .forEach(line ->
                            fields.put(
                                    line.substring(0, line.indexOf(':')),
                                    line.substring(line.indexOf(':') + 1).strip()));
            if ("install ok installed".equals(fields.get("Status"))) {
                installed.put(
                        String.valueOf(fields.get("Package")),
                        String.valueOf(fields.get("Version")));
            } else if (fields.containsKey("Package")) {
                throw new BuildFault.WrongTree(
                        "the package "
                                + fields.get("Package")
                                + " is in the state '"
                                + fields.get("Status")
                                + "' after the installation");
            }
        }
        var expected = new TreeMap<String, String>();
        locked.forEach(one -> expected.put(one.name(), one.version()));
        if (installed.equals(expected)) return;
        var differences = new ArrayList<String>();
        expected.forEach((name, version) -> {
            if (!version.equals(installed.get(name)))
                differences.add(
                        name + ": locked " + version + ", installed " + installed.get(name));
        });
        installed.keySet().stream()
                .filter(name -> !expected.containsKey(name))
                .forEach(name -> differences.add(name + ": installed, but not locked"));
        throw new BuildFault.WrongTree(
                "the tree does not hold the locked packages:\n"
                        + String.join("\n", differences).indent(2));
    }

    private static String unpacked(String path) {
        return path.endsWith(".ko.xz") ? path.substring(0, path.length() - 3) : path;
    }

    private static Optional<String> textOrFault(Tree tree, String path) {
        try {
            return text(tree, path);
        } catch (IOException broken) {
            throw new BuildFault.Unwritable("reading /" + path + " of the tree", broken);
        }
    }

    private static Optional<String> text(Tree tree, String path) throws IOException {
        Optional<Node.File> file = tree.file(path);
        return file.isEmpty()
                ? Optional.empty()
                : Optional.of(new String(file.get().content().bytes(), UTF_8));
    }
}

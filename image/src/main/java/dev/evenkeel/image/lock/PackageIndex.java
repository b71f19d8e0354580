// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.lock;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.Digest;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What the `Packages` files of the archives say (Debian policy, "Debian Archive"): for each
/// package its file, size and SHA-256.
final class PackageIndex {
    private final Map<AptRoot.Selected, LockedPackage> packages = new HashMap<>();

    void add(Path file, String archive) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(file, UTF_8)) {
            Map<String, String> fields = new HashMap<>();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty()) {
                    add(fields, archive);
                    fields.clear();
                } else if (isNeeded(line)) {
                    int colon = line.indexOf(':');
                    fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
                }
            }
            add(fields, archive);
        }
    }

    LockedPackage find(AptRoot.Selected selected) {
        LockedPackage found = packages.get(selected);
        if (found == null) {
            throw new LockFault(
                    "apt chose "
                            + selected.name()
                            + " "
                            + selected.version()
                            + ", but no archive's index describes it");
        }
        return found;
    }

    List<LockedPackage> findAll(List<AptRoot.Selected> selected) {
        var found = new ArrayList<LockedPackage>();
        selected.forEach(one -> found.add(find(one)));
        return found;
    }

    private void add(Map<String, String> fields, String archive) {
        String name = fields.get("Package");
        String version = fields.get("Version");
        String architecture = fields.get("Architecture");
        String path = fields.get("Filename");
        String size = fields.get("Size");
        String digest = fields.get("SHA256");
        if (name == null
                || version == null
                || architecture == null
                || path == null
                || size == null
                || digest == null) return;
        packages.putIfAbsent(
                new AptRoot.Selected(name, version, architecture),
                new LockedPackage(
                        name,
                        version,
                        architecture,
                        Long.parseLong(size),
                        new Digest(digest),
                        archive,
                        path));
    }

    private static boolean isNeeded(String line) {
        return line.startsWith("Package:")
                || line.startsWith("Version:")
                || line.startsWith("Architecture:")
                || line.startsWith("Filename:")
                || line.startsWith("Size:")
                || line.startsWith("SHA256:");
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// Licences of a Debian package from its copyright file. A machine-readable one (copyright-format
/// 1.0) names them; SPDX ids are used where the name can mean only one licence, the name itself
/// elsewhere.
final class Licences {
    private static final Map<String, String> SPDX =
            Map.ofEntries(
                    Map.entry("Apache-2.0", "Apache-2.0"),
                    Map.entry("Artistic-2.0", "Artistic-2.0"),
                    Map.entry("BSD-2-clause", "BSD-2-Clause"),
                    Map.entry("BSD-3-clause", "BSD-3-Clause"),
                    Map.entry("BSL-1.0", "BSL-1.0"),
                    Map.entry("CC0-1.0", "CC0-1.0"),
                    Map.entry("Expat", "MIT"),
                    Map.entry("GPL-1", "GPL-1.0-only"),
                    Map.entry("GPL-1+", "GPL-1.0-or-later"),
                    Map.entry("GPL-2", "GPL-2.0-only"),
                    Map.entry("GPL-2+", "GPL-2.0-or-later"),
                    Map.entry("GPL-3", "GPL-3.0-only"),
                    Map.entry("GPL-3+", "GPL-3.0-or-later"),
                    Map.entry("ISC", "ISC"),
                    Map.entry("LGPL-2", "LGPL-2.0-only"),
                    Map.entry("LGPL-2+", "LGPL-2.0-or-later"),
                    Map.entry("LGPL-2.1", "LGPL-2.1-only"),
                    Map.entry("LGPL-2.1+", "LGPL-2.1-or-later"),
                    Map.entry("LGPL-3", "LGPL-3.0-only"),
                    Map.entry("LGPL-3+", "LGPL-3.0-or-later"),
                    Map.entry("MPL-2.0", "MPL-2.0"),
                    Map.entry("Zlib", "Zlib"));

    private Licences() {}

    /// As CycloneDX lists them.
    static JsonArray of(String name, String copyright) {
        var names = new TreeSet<String>();
        if (copyright.stripLeading().startsWith("Format:")) {
            copyright
                    .lines()
                    .filter(line -> line.startsWith("License:"))
                    .map(line -> line.substring("License:".length()).strip())
                    .filter(licence -> !licence.isEmpty())
                    .forEach(names::add);
        }
        if (names.isEmpty()) names.add("see /usr/share/doc/" + name + "/copyright");
        List<Json> licences =
                names.stream()
                        .<Json>map(licence -> {
                            String id = SPDX.get(licence);
                            return JsonObject.of(
                                    "license",
                                    id == null
                                            ? JsonObject.of("name", licence)
                                            : JsonObject.of("id", id));
                        })
                        .distinct()
                        .toList();
        return new JsonArray(licences);
    }
}

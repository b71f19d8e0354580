// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// The content of snapshot metadata: which versions of all targets roles belong together.
///
/// @param files by listed name, `channel-prod.json`
record Snapshot(Header header, Map<String, MetaFile> files) {
    Snapshot {
        files = Collections.unmodifiableMap(new TreeMap<>(files));
        if (!files.containsKey(Roles.listed(Roles.TARGETS))) {
            throw new MalformedInput("a snapshot lists targets.json");
        }
    }

    static Snapshot read(JsonObject signed) {
        Header header = Header.read(signed, Roles.SNAPSHOT);
        JsonObject meta = signed.object("meta");
        var files = new TreeMap<String, MetaFile>();
        for (String name : meta.members().keySet()) {
            files.put(name, MetaFile.read(meta.object(name)));
        }
        return new Snapshot(header, files);
    }

    JsonObject toJson() {
        JsonObject meta = JsonObject.EMPTY;
        for (Map.Entry<String, MetaFile> file : files.entrySet()) {
            meta = meta.with(file.getKey(), file.getValue().toJson());
        }
        return header.toJson(Roles.SNAPSHOT).with("meta", meta);
    }
}

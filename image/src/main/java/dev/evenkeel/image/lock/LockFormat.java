// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.lock;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.JsonText;
import dev.evenkeel.core.json.PrettyJson;
import java.util.ArrayList;
import java.util.List;

/// The file format of a lock: `docs/formats/lock.md`.
final class LockFormat {
    private LockFormat() {}

    static Lock read(JsonObject json) {
        if (!json.text("type").equals("evenkeel-lock")) {
            throw new MalformedInput("member 'type': expected 'evenkeel-lock'");
        }
        int format = json.smallInteger("format");
        if (format != Lock.FORMAT) {
            throw new MalformedInput(
                    "format " + format + ", but this version reads " + Lock.FORMAT);
        }
        return new Lock(
                json.text("blueprint"),
                json.array("wanted").texts(),
                json.array("archives").objects().stream().map(LockedArchive::read).toList(),
                packages(json, "image"),
                packages(json, "tools"),
                packages(json, "runtime"),
                json.array("agent").objects().stream().map(LockedFile::read).toList(),
                json.optionalObject("aot_cache").map(LockedFile::read));
    }

    static String write(Lock lock) {
        var members = new ArrayList<String>();
        members.add("\"type\": \"evenkeel-lock\"");
        members.add("\"format\": " + Lock.FORMAT);
        members.add("\"blueprint\": " + PrettyJson.line(new JsonText(lock.blueprint())));
        members.add("\"wanted\": " + PrettyJson.line(JsonArray.ofTexts(lock.wanted())));
        members.add(
                lines("archives", lock.archives().stream().map(LockedArchive::toJson).toList()));
        members.add(lines("image", lock.image().stream().map(LockedPackage::toJson).toList()));
        members.add(lines("tools", lock.tools().stream().map(LockedPackage::toJson).toList()));
        members.add(lines("runtime", lock.runtime().stream().map(LockedPackage::toJson).toList()));
        members.add(lines("agent", lock.agent().stream().map(LockedFile::toJson).toList()));
        lock.aotCache()
                .ifPresent(aot -> members.add("\"aot_cache\": " + PrettyJson.line(aot.toJson())));
        return "{\n  " + String.join(",\n  ", members) + "\n}\n";
    }

    private static List<LockedPackage> packages(JsonObject json, String set) {
        return json.array(set).objects().stream().map(LockedPackage::read).toList();
    }

    private static String lines(String name, List<JsonObject> items) {
        if (items.isEmpty()) return "\"" + name + "\": []";
        List<String> lines = items.stream().map(PrettyJson::line).toList();
        return "\"" + name + "\": [\n    " + String.join(",\n    ", lines) + "\n  ]";
    }
}

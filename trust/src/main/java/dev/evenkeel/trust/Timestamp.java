// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import java.util.Set;

/// The content of timestamp metadata: which snapshot is the present one.
record Timestamp(Header header, MetaFile snapshot) {
    private static final String LISTED = Roles.listed(Roles.SNAPSHOT);

    static Timestamp read(JsonObject signed) {
        Header header = Header.read(signed, Roles.TIMESTAMP);
        JsonObject meta = signed.object("meta");
        if (!meta.members().keySet().equals(Set.of(LISTED))) {
            throw new MalformedInput("a timestamp lists " + LISTED + " and nothing else");
        }
        return new Timestamp(header, MetaFile.read(meta.object(LISTED)));
    }

    JsonObject toJson() {
        return header.toJson(Roles.TIMESTAMP)
                .with("meta", JsonObject.of(LISTED, snapshot.toJson()));
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.trust.TrustException.MixAndMatch;
import org.jspecify.annotations.Nullable;

/// What metadata says of a metadata file below it. TUF leaves length and digests open; where they
/// are given they hold, and we always give them.
record MetaFile(long version, long lengthBytes, @Nullable Hashes hashes) {
    private static final long UNKNOWN = -1;

    MetaFile {
        if (version < 1) throw new MalformedInput("a version is at least 1, not " + version);
    }

    static MetaFile of(long version, byte[] content) {
        return new MetaFile(version, content.length, Hashes.of(content));
    }

    static MetaFile read(JsonObject json) {
        return new MetaFile(
                json.integer("version"),
                json.has("length") ? json.size("length") : UNKNOWN,
                json.optionalObject("hashes").map(Hashes::read).orElse(null));
    }

    JsonObject toJson() {
        JsonObject json = JsonObject.EMPTY;
        if (hashes != null) json = json.with("hashes", hashes.toJson());
        if (lengthBytes != UNKNOWN) json = json.with("length", lengthBytes);
        return json.with("version", version);
    }

    /// How much of the file to fetch at most.
    int fetchLimit(int limitBytes) {
        return lengthBytes == UNKNOWN ? limitBytes : (int) Math.min(lengthBytes, limitBytes);
    }

    /// Whether `bytes` are this file, as far as its digest alone can tell.
    boolean isExactly(byte[] bytes) {
        return hashes != null && hashes.match(bytes);
    }

    /// TUF 5.5.2, 5.6.2: length and digests, before the file is parsed.
    void requireContent(String file, byte[] bytes) {
        if (lengthBytes != UNKNOWN && bytes.length != lengthBytes) {
            throw new MixAndMatch(file, lengthBytes + " bytes", bytes.length + " bytes");
        }
        if (hashes != null && !hashes.match(bytes)) {
            throw new MixAndMatch(file, hashes.toString(), Hashes.of(bytes).toString());
        }
    }

    /// TUF 5.5.4, 5.6.4.
    void requireVersion(String file, long found) {
        if (found != version) {
            throw new MixAndMatch(file, "version " + version, "version " + found);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.trust.TrustException.MixAndMatch;
import org.jspecify.annotations.Nullable;

/// What metadata says of a metadata file below it. TUF leaves length and digest open; where they
/// are given they hold, and we always give them.
record MetaFile(long version, long lengthBytes, @Nullable Digest digest) {
    private static final long UNKNOWN = -1;

    MetaFile {
        if (version < 1) throw new MalformedInput("a version is at least 1, not " + version);
    }

    static MetaFile of(long version, byte[] content) {
        return new MetaFile(version, content.length, Digest.of(content));
    }

    static MetaFile read(JsonObject json) {
        return new MetaFile(
                json.integer("version"),
                json.has("length") ? json.size("length") : UNKNOWN,
                json.optionalObject("hashes")
                        .map(hashes -> new Digest(hashes.text("sha256")))
                        .orElse(null));
    }

    JsonObject toJson() {
        JsonObject json = JsonObject.EMPTY;
        if (digest != null) {
            json = json.with("hashes", JsonObject.of("sha256", digest.hex()));
        }
        if (lengthBytes != UNKNOWN) json = json.with("length", lengthBytes);
        return json.with("version", version);
    }

    /// How much of the file to fetch at most.
    int fetchLimit(int limitBytes) {
        return lengthBytes == UNKNOWN ? limitBytes : (int) Math.min(lengthBytes, limitBytes);
    }

    /// Whether `bytes` are beyond doubt the file that is meant.
    boolean isExactly(byte[] bytes) {
        return digest != null && digest.equals(Digest.of(bytes));
    }

    /// TUF 5.5.2, 5.6.2: length and digest, before the file is parsed.
    void requireContent(String file, byte[] bytes) {
        if (lengthBytes != UNKNOWN && bytes.length != lengthBytes) {
            throw new MixAndMatch(file, lengthBytes + " bytes", bytes.length + " bytes");
        }
        if (digest != null && !isExactly(bytes)) {
            throw new MixAndMatch(
                    file, "SHA-256 " + digest.brief(), "SHA-256 " + Digest.of(bytes).brief());
        }
    }

    /// TUF 5.5.4, 5.6.4.
    void requireVersion(String file, long found) {
        if (found != version) {
            throw new MixAndMatch(file, "version " + version, "version " + found);
        }
    }
}

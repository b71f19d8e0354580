// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.trust.TrustException.WrongTarget;
import java.util.Set;

/// A TUF target as trusted metadata names it: what the content must be, to the byte.
///
/// @param unknown members that this version does not know, `custom` among them; kept
public record TargetFile(String name, long sizeBytes, Hashes hashes, JsonObject unknown) {
    private static final Set<String> KNOWN = Set.of("length", "hashes");

    public TargetFile {
        if (sizeBytes < 0) {
            throw new MalformedInput("target '" + name + "': a size is not " + sizeBytes);
        }
    }

    static TargetFile of(String name, byte[] content) {
        return new TargetFile(name, content.length, Hashes.of(content), JsonObject.EMPTY);
    }

    static TargetFile read(String name, JsonObject json) {
        return new TargetFile(
                name, json.size("length"), Hashes.read(json.object("hashes")), json.without(KNOWN));
    }

    JsonObject toJson() {
        return unknown.withAll(JsonObject.of("hashes", hashes.toJson()).with("length", sizeBytes));
    }

    /// The SHA-256, which every target of ours has.
    public Digest digest() {
        return hashes.sha256()
                .orElseThrow(() ->
                        new MalformedInput(
                                "target '" + name + "': expected a SHA-256, found " + hashes));
    }

    /// Whether this is the same content under the same name, whatever else is said of it.
    boolean isSameContent(TargetFile other) {
        return name.equals(other.name)
                && sizeBytes == other.sizeBytes
                && hashes.equals(other.hashes);
    }

    /// Where its content lies in a repository: `targets/<folder>/<sha256>.<file>`.
    public String path() {
        return "targets/" + pathIn(true);
    }

    /// Where its content lies below the folder or URL of the targets (TUF 5.7.3).
    ///
    /// @param consistent whether the repository has consistent snapshots, and so names files by
    ///   their digest
    public String pathIn(boolean consistent) {
        int slash = name.lastIndexOf('/');
        return hashes.prefix()
                .filter(_ -> consistent)
                .map(hash -> name.substring(0, slash + 1) + hash + "." + name.substring(slash + 1))
                .orElse(name);
    }

    /// `content`, when it is this target; parse nothing that did not come through here.
    public byte[] verify(byte[] content) {
        if (content.length != sizeBytes || !hashes.match(content)) {
            throw wrong(content.length, Hashes.of(content).toString());
        }
        return content;
    }

    /// What to throw when content that was checked piece by piece is not this target.
    public WrongTarget wrong(long foundBytes, String found) {
        return new WrongTarget(this, foundBytes, found);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.JsonObject;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// The digests of one content, by TUF's name of the algorithm. Every digest by an algorithm that we
/// know must be right, and there must be one: what cannot be checked is not accepted. SHA-1 and MD5
/// are not known on purpose.
public record Hashes(NavigableMap<String, String> byAlgorithm) {
    private static final Map<String, String> KNOWN =
            Map.of("sha256", "SHA-256", "sha384", "SHA-384", "sha512", "SHA-512");

    public Hashes {
        byAlgorithm = Collections.unmodifiableNavigableMap(new TreeMap<>(byAlgorithm));
        byAlgorithm.forEach(Hashes::requireShape);
    }

    public static Hashes of(byte[] content) {
        return of(Digest.of(content));
    }

    public static Hashes of(Digest sha256) {
        return new Hashes(new TreeMap<>(Map.of("sha256", sha256.hex())));
    }

    static Hashes read(JsonObject json) {
        var hashes = new TreeMap<String, String>();
        for (String algorithm : json.members().keySet()) {
            hashes.put(algorithm, json.text(algorithm));
        }
        if (hashes.isEmpty()) throw new MalformedInput("member 'hashes' names no digest");
        return new Hashes(hashes);
    }

    JsonObject toJson() {
        JsonObject json = JsonObject.EMPTY;
        for (Map.Entry<String, String> hash : byAlgorithm.entrySet()) {
            json = json.with(hash.getKey(), hash.getValue());
        }
        return json;
    }

    /// The SHA-256, which is the name of a content everywhere in Evenkeel.
    public Optional<Digest> sha256() {
        return Optional.ofNullable(byAlgorithm.get("sha256")).map(Digest::new);
    }

    /// One digest that can be checked, by preference the SHA-256: the prefix of a file's name in a
    /// repository with consistent snapshots.
    public Optional<String> prefix() {
        return checkable().stream().findFirst().map(byAlgorithm::get);
    }

    boolean match(byte[] content) {
        Check check = begin();
        check.update(content, content.length);
        return check.isRight();
    }

    /// A check that is fed piece by piece, for what is not held in memory.
    public Check begin() {
        return new Check();
    }

    /// As messages tell them: `sha256 01ab..., sha512 77cc...`.
    @Override
    public String toString() {
        var parts = new ArrayList<String>();
        byAlgorithm.forEach((algorithm, hex) ->
                parts.add(algorithm + " " + hex.substring(0, Math.min(12, hex.length())) + "..."));
        return String.join(", ", parts);
    }

    private List<String> checkable() {
        return byAlgorithm.keySet().stream().filter(KNOWN::containsKey).toList();
    }

    private static void requireShape(String algorithm, String hex) {
        String name = KNOWN.get(algorithm);
        if (name == null) return;
        if (LowerHex.parse(hex).length != digest(name).getDigestLength()) {
            throw new MalformedInput("not a " + algorithm + " digest: " + hex.length() + " digits");
        }
    }

    private static MessageDigest digest(String name) {
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java runtime has " + name, missing);
        }
    }

    /// Running digests, one for each algorithm that is known.
    public final class Check {
        private final Map<String, MessageDigest> running = new TreeMap<>();
        private long bytes;

        private Check() {
            for (String algorithm : checkable()) {
                running.put(algorithm, digest(KNOWN.getOrDefault(algorithm, algorithm)));
            }
        }

        public void update(byte[] piece, int length) {
            running.values().forEach(digest -> digest.update(piece, 0, length));
            bytes += length;
        }

        public long bytes() {
            return bytes;
        }

        /// Whether all of it was the content, to be asked once, at the end.
        public boolean isRight() {
            boolean right = !running.isEmpty();
            for (Map.Entry<String, MessageDigest> digest : running.entrySet()) {
                String found = HexFormat.of().formatHex(digest.getValue().digest());
                right &= found.equals(byAlgorithm.get(digest.getKey()));
            }
            return right;
        }
    }
}

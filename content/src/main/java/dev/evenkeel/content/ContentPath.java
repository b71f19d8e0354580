// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import dev.evenkeel.core.Digest;
import java.util.regex.Pattern;

/// Where things lie in a repository, relative to its top, the same on every carrier.
public final class ContentPath {
    private static final Pattern CONTENT =
            Pattern.compile("(indexes|packs|locations|deltas)/[0-9a-f]{64}");
    private static final Pattern METADATA =
            Pattern.compile("metadata/[A-Za-z0-9][A-Za-z0-9._-]{0,127}\\.json");
    private static final Pattern TARGETS =
            Pattern.compile(
                    "targets/channels/[a-z0-9][a-z0-9._-]{0,63}/[a-z0-9][a-z0-9._-]{0,63}/"
                            + "[0-9a-f]{64}\\.[0-9a-z][0-9a-z.~-]{0,79}\\.json");

    private ContentPath() {}

    public static String index(Digest index) {
        return "indexes/" + index;
    }

    public static String pack(Digest pack) {
        return "packs/" + pack;
    }

    /// Where the chunks of the index named `index` lie; the one kind of content here that changes.
    public static String locations(Digest index) {
        return "locations/" + index;
    }

    /// A delta, by the digest of its prefix and head: they name every frame.
    public static String delta(Digest head) {
        return "deltas/" + head;
    }

    /// The TUF target of the delta from one image to another; its length and digest are those of
    /// the delta's prefix and head, see [#delta].
    public static String deltaTarget(Digest old, Digest fresh) {
        return "deltas/" + old + "-" + fresh;
    }

    /// Whether `path` has one of the shapes that a repository serves. Everything else, and with it
    /// every `..`, backslash, empty or hidden name, is no path of ours.
    public static boolean isServed(String path) {
        return CONTENT.matcher(path).matches()
                || METADATA.matcher(path).matches()
                || TARGETS.matcher(path).matches();
    }
}

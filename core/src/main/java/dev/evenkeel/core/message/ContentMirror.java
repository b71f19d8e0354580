// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core.message;

import dev.evenkeel.core.MalformedInput;
import java.net.URI;
import java.util.Optional;

/// Where a copy of the repository can be read: any web server that gives files and ranges of them.
/// Nobody trusts it.
///
/// @param base `http` or `https`; ends with a slash, and the paths of content follow it
public record ContentMirror(URI base) {
    /// The most of them that a device is told of, or uses.
    public static final int MOST = 8;

    private static final int MOST_CHARACTERS = 512;

    public ContentMirror {
        String text = base.toString();
        boolean isWeb = "https".equals(base.getScheme()) || "http".equals(base.getScheme());
        boolean isPlain =
                base.getHost() != null
                        && base.getRawUserInfo() == null
                        && base.getRawQuery() == null
                        && base.getRawFragment() == null;
        if (!isWeb || !isPlain || !text.endsWith("/") || text.length() > MOST_CHARACTERS) {
            throw new MalformedInput(
                    "content mirror: expected http:// or https://, a host and a path that ends with"
                            + " '/', without user, query or fragment, found '"
                            + text.substring(0, Math.min(200, text.length()))
                            + "'");
        }
    }

    /// Reads what a person wrote; the slash at the end may be missing.
    public static ContentMirror parse(String text) {
        try {
            return new ContentMirror(URI.create(text.endsWith("/") ? text : text + "/"));
        } catch (IllegalArgumentException noUri) {
            throw new MalformedInput("content mirror: no address: " + noUri.getMessage(), noUri);
        }
    }

    /// Empty for one of a kind that is not known here: another one, or the server, has the same.
    static Optional<ContentMirror> known(String text) {
        try {
            return Optional.of(parse(text));
        } catch (MalformedInput unknown) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return base.toString();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.blueprint;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.evenkeel.core.MalformedInput;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The shape of a public SSH key: its type, the key in base64 (which begins with the type again,
/// RFC 4253 section 6.6), and a comment.
final class PublicKey {
    static final String EXPECTED = "a public SSH key, as the file id_ed25519.pub holds it";

    private static final Pattern LINE =
            Pattern.compile("([a-z0-9@.-]+) ([A-Za-z0-9+/]+={0,2})(?: [^\\p{Cntrl}]*)?");
    private static final List<String> TYPES =
            List.of(
                    "ssh-ed25519",
                    "ecdsa-sha2-nistp256",
                    "ecdsa-sha2-nistp384",
                    "ecdsa-sha2-nistp521",
                    "ssh-rsa",
                    "sk-ssh-ed25519@openssh.com",
                    "sk-ecdsa-sha2-nistp256@openssh.com");

    private PublicKey() {}

    static String line(String text) {
        Matcher line = LINE.matcher(text.strip());
        if (!line.matches()
                || !TYPES.contains(line.group(1))
                || !line.group(1).equals(typeWithin(line.group(2)))) {
            throw new MalformedInput("not a public SSH key");
        }
        return line.group();
    }

    /// What stands there, for a message; nothing that could be secret.
    static String foundInstead(String text) {
        if (text.contains("PRIVATE KEY")) return "a private key; take it out and make a new one";
        String first = text.strip().split("\\s", 2)[0];
        return TYPES.contains(first)
                ? "a damaged key of type " + first
                : "a text of " + text.length() + " characters that is none";
    }

    private static String typeWithin(String base64) {
        try {
            ByteBuffer key = ByteBuffer.wrap(Base64.getDecoder().decode(base64));
            if (key.remaining() < Integer.BYTES) return "";
            int length = key.getInt();
            if (length < 0 || length >= key.remaining()) return "";
            var type = new byte[length];
            key.get(type);
            return new String(type, US_ASCII);
        } catch (IllegalArgumentException notBase64) {
            return "";
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.evenkeel.core.MalformedInput;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The textual encoding of keys (RFC 7468), as OpenSSL and TUF have it: lines of 64 characters.
final class Pem {
    static final String PUBLIC_KEY = "PUBLIC KEY";
    static final String PRIVATE_KEY = "PRIVATE KEY";
    static final String ENCRYPTED_PRIVATE_KEY = "ENCRYPTED PRIVATE KEY";

    private Pem() {}

    static String write(String label, byte[] der) {
        return "-----BEGIN "
                + label
                + "-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(der)
                + "\n-----END "
                + label
                + "-----\n";
    }

    /// The one block that `text` consists of.
    static byte[] only(String label, String text) {
        byte[] der =
                find(label, text)
                        .orElseThrow(() -> new MalformedInput("expected a PEM block " + label));
        // tools differ in the last line end alone
        String ours = write(label, der).strip();
        if (!text.replace("\r\n", "\n").strip().equals(ours)) {
            throw new MalformedInput(
                    "expected one PEM block "
                            + label
                            + " in lines of 64 characters and nothing else");
        }
        return der;
    }

    /// The first block with this label, among whatever else stands in `text`.
    static Optional<byte[]> find(String label, String text) {
        Matcher block =
                Pattern.compile(
                                "-----BEGIN "
                                        + label
                                        + "-----\r?\n([A-Za-z0-9+/=\r\n]*)-----END "
                                        + label
                                        + "-----")
                        .matcher(text);
        if (!block.find()) return Optional.empty();
        try {
            return Optional.of(Base64.getDecoder().decode(block.group(1).replaceAll("[\r\n]", "")));
        } catch (IllegalArgumentException wrong) {
            throw new MalformedInput("the PEM block " + label + " is not base64", wrong);
        }
    }
}

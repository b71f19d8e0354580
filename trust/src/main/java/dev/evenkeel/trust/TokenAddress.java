// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.MalformedInput;
import java.net.URLDecoder;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Where a key lies in a token, as a PKCS#11 URI (RFC 7512) of the few parts that are needed:
/// `pkcs11:slot-id=0;object=root-a?module-path=/usr/lib/softhsm/libsofthsm2.so`.
///
/// @param slot the slot's id, or its place in the list of slots when `isIndex`
public record TokenAddress(Path module, long slot, boolean isIndex, String object) {
    private static final String SCHEME = "pkcs11:";
    private static final Set<String> KNOWN =
            Set.of("slot-id", "slot-index", "object", "type", "module-path");

    public static boolean isAddress(String text) {
        return text.startsWith(SCHEME);
    }

    public static TokenAddress parse(String text) {
        if (!isAddress(text)) throw wrong(text, "it does not start with " + SCHEME);
        var parts = new TreeMap<String, String>();
        for (String part : text.substring(SCHEME.length()).split("[;?&]", -1)) {
            int equals = part.indexOf('=');
            if (equals < 1) throw wrong(text, "'" + part + "' is no name=value");
            String name = part.substring(0, equals);
            if (!KNOWN.contains(name)) {
                throw wrong(text, "'" + name + "' is not known; known are " + KNOWN);
            }
            parts.put(name, decoded(part.substring(equals + 1)));
        }
        String module = required(text, parts, "module-path");
        String object = required(text, parts, "object");
        boolean byId = parts.containsKey("slot-id");
        String slot =
                byId ? required(text, parts, "slot-id") : parts.getOrDefault("slot-index", "0");
        if (!slot.matches("[0-9]{1,18}")) throw wrong(text, "'" + slot + "' is no slot");
        // both go into the provider's configuration, where a line end would start another setting
        if (!module.startsWith("/") || !isPlain(module) || !isPlain(object)) {
            throw wrong(text, "module-path is an absolute path, object a plain label");
        }
        return new TokenAddress(Path.of(module), Long.parseLong(slot), !byId, object);
    }

    private static String decoded(String value) {
        try {
            return URLDecoder.decode(value.replace("+", "%2B"), UTF_8);
        } catch (IllegalArgumentException broken) {
            throw new MalformedInput("a PKCS#11 URI with a broken % sequence", broken);
        }
    }

    private static boolean isPlain(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c != 0x7f && c != '"' && c != '\\');
    }

    private static String required(String text, Map<String, String> parts, String name) {
        String value = parts.get(name);
        if (value == null || value.isEmpty()) throw wrong(text, "it names no " + name);
        return value;
    }

    private static MalformedInput wrong(String text, String fault) {
        return new MalformedInput(
                "not the address of a token's key: '"
                        + text
                        + "': "
                        + fault
                        + "; expected"
                        + " pkcs11:slot-id=N;object=LABEL?module-path=/path/of/the/module.so");
    }

    /// What the JDK's provider reads, inline.
    String configuration() {
        return "--name = evenkeel-"
                + slot
                + "\nlibrary = \""
                + module
                + "\"\n"
                + (isIndex ? "slotListIndex" : "slot")
                + " = "
                + slot
                // new keys stay in the token, sign, and never leave it
                + "\nattributes(generate, CKO_PRIVATE_KEY, *) = {\n"
                + "CKA_TOKEN = true\nCKA_SIGN = true\nCKA_SENSITIVE = true\n"
                + "CKA_EXTRACTABLE = false\n}\n"
                + "attributes(generate, CKO_PUBLIC_KEY, *) = {\nCKA_VERIFY = true\n}\n";
    }
}

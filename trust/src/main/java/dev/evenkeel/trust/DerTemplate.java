// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import java.util.Arrays;
import java.util.HexFormat;

/// A DER structure of which everything but the last bytes is fixed: the only encoding of a key of
/// fixed length. Comparing is stricter than parsing, and there is nothing to parse wrongly.
record DerTemplate(byte[] prefix, int contentBytes) {
    DerTemplate(String prefixHex, int contentBytes) {
        this(HexFormat.of().parseHex(prefixHex), contentBytes);
    }

    boolean fits(byte[] der) {
        return der.length == prefix.length + contentBytes && begins(der);
    }

    boolean begins(byte[] der) {
        return der.length >= prefix.length
                && Arrays.equals(der, 0, prefix.length, prefix, 0, prefix.length);
    }

    byte[] content(byte[] der) {
        if (!fits(der)) throw new IllegalArgumentException("asked before whether it fits");
        return Arrays.copyOfRange(der, prefix.length, der.length);
    }

    byte[] around(byte[] content) {
        if (content.length != contentBytes) {
            throw new IllegalArgumentException(content.length + " bytes for " + contentBytes);
        }
        byte[] der = Arrays.copyOf(prefix, prefix.length + contentBytes);
        System.arraycopy(content, 0, der, prefix.length, contentBytes);
        return der;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.MalformedInput;

/// A public key and who holds it, in a word or two.
public record NamedKey(PublicKey key, String holder) {
    private static final int MOST_CHARS = 64;

    public NamedKey {
        boolean isPlain = holder.chars().allMatch(c -> c >= ' ' && c != 0x7f);
        if (holder.isBlank() || holder.length() > MOST_CHARS || !isPlain) {
            throw new MalformedInput(
                    "a key's holder is named in 1 to " + MOST_CHARS + " printable characters");
        }
    }
}

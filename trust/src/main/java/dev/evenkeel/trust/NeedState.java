// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.Printable;
import java.util.List;

/// How far the signatures under a file meet one threshold.
///
/// @param of whose threshold, in words: `the root in force`
public record NeedState(
        String role, long version, String of, int threshold, int signed, List<KeyState> keys) {
    /// One key of a threshold.
    ///
    /// @param holder who holds it, empty when the metadata do not say
    public record KeyState(String keyId, KeyType type, String holder, boolean hasSigned) {
        /// `alice (ed25519:0123456789ab)`.
        public String told() {
            String key = type + ":" + keyId.substring(0, 12);
            return holder.isEmpty() ? key : holder + " (" + key + ")";
        }
    }

    public NeedState {
        keys = List.copyOf(keys);
    }

    public boolean isMet() {
        return signed >= threshold;
    }

    /// `root 2 has 1 of 2 signatures by the root in force; may sign: bob (...)`.
    public String told() {
        String text =
                role
                        + " "
                        + version
                        + " has "
                        + signed
                        + " of "
                        + threshold
                        + " signatures by "
                        + of;
        if (isMet()) return Printable.of(text);
        List<String> may =
                keys.stream().filter(key -> !key.hasSigned()).map(KeyState::told).toList();
        return Printable.of(text + "; may sign: " + String.join(", ", may));
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.delta;

import dev.evenkeel.content.ContentPath;
import dev.evenkeel.core.Digest;

/// Two images, of which one is made from the other.
public record DeltaPair(Digest old, Digest fresh) {
    private static final int HEX = 2 * Digest.SIZE_BYTES;
    private static final String START = "deltas/";

    /// The pair that a target of role `deltas` names.
    static DeltaPair ofTarget(String target) {
        String names = target.substring(START.length());
        return new DeltaPair(
                new Digest(names.substring(0, HEX)), new Digest(names.substring(HEX + 1)));
    }

    String target() {
        return ContentPath.deltaTarget(old, fresh);
    }

    @Override
    public String toString() {
        return old.brief() + " -> " + fresh.brief();
    }
}

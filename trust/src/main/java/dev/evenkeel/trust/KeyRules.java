// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

/// How strong a key must be to be read.
public enum KeyRules {
    /// A fleet's own metadata.
    OWN(3072),
    /// Metadata of somebody else's repository, whose keys are not ours to choose.
    FOREIGN(2048);

    private final int leastRsaBits;

    KeyRules(int leastRsaBits) {
        this.leastRsaBits = leastRsaBits;
    }

    int leastRsaBits() {
        return leastRsaBits;
    }
}

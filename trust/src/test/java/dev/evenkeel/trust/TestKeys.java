// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.Digest;
import java.nio.charset.StandardCharsets;

/// Private keys that are the same in every run, by a name.
final class TestKeys {
    private TestKeys() {}

    static PrivateKey named(String name) {
        byte[] seed = Digest.of(("test key " + name).getBytes(StandardCharsets.UTF_8)).raw();
        return PrivateKey.fromSeed(seed);
    }
}

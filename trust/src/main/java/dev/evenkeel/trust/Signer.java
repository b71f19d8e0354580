// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.trust;

import dev.evenkeel.core.Dsse;

/// Something that signs with one key: a key in memory ([PrivateKey]) or in a token (one that only a
/// token holds).
public interface Signer extends Dsse.Signer {
    PublicKey publicKey();

    @Override
    default String keyId() {
        return publicKey().id();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.trust.KeyFile;
import dev.evenkeel.trust.Signer;
import dev.evenkeel.trust.TokenAddress;
import dev.evenkeel.trust.TokenKey;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Which key signs: one in an encrypted file, or one in a token.
final class SignerOption {
    @Option(
            names = "--key",
            required = true,
            paramLabel = "KEY",
            description =
                    "A key file made by 'evenkeel keys create', or pkcs11:slot-id=N;object=LABEL?module-path=/path/of/the/module.so")
    private String key;

    @Mixin private Secrets secrets;

    Signer open() throws IOException {
        if (TokenAddress.isAddress(key)) {
            TokenAddress address = TokenAddress.parse(key);
            return TokenKey.open(address, secrets.existing("PIN of the token"));
        }
        KeyFile file = KeyFile.read(SmallFiles.read(Path.of(key)));
        return file.open(secrets.existing("Passphrase of " + file.holder() + "'s key"));
    }
}

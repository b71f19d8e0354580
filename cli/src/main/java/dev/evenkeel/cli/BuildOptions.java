// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.lock.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What `lock` and `build` are told alike: the blueprint, its lock and the store.
final class BuildOptions {
    @Parameters(
            paramLabel = "BLUEPRINT",
            description = "The blueprint, a TOML file; see docs/guides/blueprint.md.")
    private Path blueprint;

    @Option(
            names = "--lock",
            paramLabel = "FILE",
            description = "The lock (default: packages.lock beside the blueprint).")
    private @Nullable Path lock;

    @Mixin private StoreOption store;

    Path blueprint() {
        if (!Files.isRegularFile(blueprint)) {
            throw CommandFault.refused(
                    "there is no blueprint "
                            + blueprint
                            + "; name a TOML file such as examples/qemu-x86/blueprint.toml");
        }
        return blueprint;
    }

    Path lockFile() {
        return lock != null ? lock : blueprint.toAbsolutePath().resolveSibling("packages.lock");
    }

    Optional<Lock> existingLock() {
        return Files.exists(lockFile()) ? Optional.of(Lock.read(lockFile())) : Optional.empty();
    }

    Store openStore() {
        return store.open();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.image.lock.Store;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which store of locked inputs a command works with.
final class StoreOption {
    @Option(
            names = "--store",
            paramLabel = "DIR",
            description = "Where locked inputs are kept (default: the user's cache folder).")
    private @Nullable Path folder;

    Store open() {
        return folder != null ? new Store(folder) : Store.standard();
    }
}

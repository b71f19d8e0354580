// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.lock;

import dev.evenkeel.image.process.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// One process's turn to add to a store: two that locked at once would share apt's lists and each
/// other's unfinished downloads. The kernel ends the turn of a process that was killed (fcntl(2)).
public final class StoreTurn implements AutoCloseable {
    private final FileChannel file;

    private StoreTurn(FileChannel file) {
        this.file = file;
    }

    static StoreTurn await(Path store, Progress progress) {
        try {
            Files.createDirectories(store);
            var turn =
                    new StoreTurn(
                            FileChannel.open(
                                    store.resolve("lock"),
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.WRITE));
            if (turn.file.tryLock() == null) {
                progress.note("another evenkeel adds to " + store + "; waiting for it");
                turn.file.lock();
            }
            return turn;
        } catch (IOException broken) {
            throw new LockFault("cannot lock the store " + store + ": " + broken, broken);
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}

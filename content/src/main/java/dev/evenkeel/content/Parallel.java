// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/// Work on a stream of items by several threads: items are taken and results are given in order, by
/// the calling thread, and only a few are under way at any time.
public final class Parallel {
    private static final int AHEAD_PER_WORKER = 4;

    public interface Items<T> {
        Optional<T> next() throws IOException;
    }

    public interface Results<R> {
        void take(R result) throws IOException;
    }

    private Parallel() {}

    /// The first failure, of whichever part, ends it; nothing runs on afterwards.
    public static <T, R> void inOrder(
            Items<T> items, int workers, Function<T, R> work, Results<R> results)
            throws IOException {
        try (ExecutorService threads =
                Executors.newFixedThreadPool(workers, Thread.ofPlatform().daemon().factory())) {
            try {
                var underWay = new ArrayDeque<Future<R>>();
                for (Optional<T> item = items.next(); item.isPresent(); item = items.next()) {
                    T taken = item.get();
                    underWay.add(threads.submit(() -> work.apply(taken)));
                    if (underWay.size() == workers * AHEAD_PER_WORKER) {
                        results.take(join(underWay.remove()));
                    }
                }
                while (!underWay.isEmpty()) {
                    results.take(join(underWay.remove()));
                }
            } finally {
                threads.shutdownNow();
            }
        }
    }

    private static <R> R join(Future<R> future) throws IOException {
        try {
            return future.get();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stop);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException fault) throw fault;
            if (failed.getCause() instanceof Error error) throw error;
            throw new IllegalStateException(failed);
        }
    }
}

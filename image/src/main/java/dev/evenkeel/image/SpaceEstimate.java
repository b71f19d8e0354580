// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.lock.LockedPackage;
import dev.evenkeel.image.lock.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Finds a disk that is too small before a build starts. Measured on the reference blueprint: a
/// package unpacks to a bit less than four times its size, and its tree exists three times for a
/// while (unpacked, as archive, as composed archive).
final class SpaceEstimate {
    private static final int UNPACKED = 4;
    private static final int COPIES = 3;

    private SpaceEstimate() {}

    static void require(Lock lock, Store store, Path folder) throws IOException {
        long packages = lock.image().stream().mapToLong(LockedPackage::sizeBytes).sum();
        // the slot as image, in the disk image and as frames of the pack
        long build = packages * (1 + UNPACKED * COPIES) + 3 * packages;
        long once =
                unpackedOnce("tools", lock.tools(), store)
                        + unpackedOnce("java", lock.runtime(), store);
        require(folder, build);
        Files.createDirectories(store.folder());
        require(store.folder(), once + UNPACKED * packages);
    }

    private static long unpackedOnce(String kind, java.util.List<LockedPackage> set, Store store) {
        Path folder = store.cache(kind).resolve(Lock.digestOf(set).hex().substring(0, 16));
        return Files.exists(folder)
                ? 0
                : UNPACKED * set.stream().mapToLong(LockedPackage::sizeBytes).sum();
    }

    private static void require(Path folder, long neededBytes) throws IOException {
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < neededBytes) throw new BuildFault.NotEnoughSpace(folder, neededBytes, free);
    }
}

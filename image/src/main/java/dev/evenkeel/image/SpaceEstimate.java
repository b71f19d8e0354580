// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.lock.LockedPackage;
import dev.evenkeel.image.lock.Store;
import dev.evenkeel.image.process.DiskSpace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The room that a build needs. Finds a disk that is too small before the build starts, and says
/// what was missing when something else filled it meanwhile. Measured on the reference blueprint: a
/// package unpacks to a bit less than four times its size, and its tree exists three times for a
/// while (unpacked, as archive, as composed archive).
///
/// @param workBytes in the folder where the build works
/// @param storeBytes in the store, for what is made once
record SpaceEstimate(Path work, long workBytes, Path store, long storeBytes) {
    private static final int UNPACKED = 4;
    private static final int COPIES = 3;

    static SpaceEstimate of(Lock lock, Store store, Path work) {
        long packages = sum(lock.image());
        // the slot as image, in the disk image and as frames of the pack
        long build = packages * (1 + UNPACKED * COPIES) + 3 * packages;
        long once =
                unpackedOnce("tools", lock.tools(), store)
                        + unpackedOnce("java", lock.runtime(), store);
        return new SpaceEstimate(work, build, store.folder(), once + UNPACKED * packages);
    }

    /// Throws when there is less room than needed.
    void require() {
        require(work, workBytes);
        require(store, storeBytes);
    }

    /// What to throw for `failed` in `stage`: the same, unless the disk was full.
    RuntimeException explain(RuntimeException failed, String stage) {
        if (!DiskSpace.ranOut(failed, work, store)) return failed;
        return new BuildFault.DiskFull(stage, this, failed);
    }

    private static void require(Path folder, long neededBytes) {
        long free = DiskSpace.freeBytes(folder);
        if (free < neededBytes) throw new BuildFault.NotEnoughSpace(folder, neededBytes, free);
    }

    private static long unpackedOnce(String kind, List<LockedPackage> set, Store store) {
        Path folder = store.cache(kind).resolve(Lock.digestOf(set).hex().substring(0, 16));
        return Files.exists(folder) ? 0 : UNPACKED * sum(set);
    }

    private static long sum(List<LockedPackage> set) {
        return set.stream().mapToLong(LockedPackage::sizeBytes).sum();
    }
}

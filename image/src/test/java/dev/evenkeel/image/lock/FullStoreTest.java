// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.lock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Digest;
import dev.evenkeel.image.SmallDisk;
import dev.evenkeel.image.process.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullStoreTest {
    private static final int PACKAGE_BYTES = 8 << 20;

    @TempDir private Path folder;

    @Test
    void fetching_into_a_full_store_says_what_is_missing_where_and_works_with_room()
            throws IOException {
        Path archive = Files.write(folder.resolve("x.deb"), new byte[PACKAGE_BYTES]);
        Path disk = Files.createDirectory(folder.resolve("disk"));

        String told = SmallDisk.run(disk, PACKAGE_BYTES / 2, Fetching.class, archive, disk);

        assertThat(told)
                .contains("fault: the disk of the store " + disk + " is full")
                .contains("needs " + PACKAGE_BYTES + " bytes there, and ")
                .contains("kept: false\n")
                .contains("filled meanwhile: the disk of the store " + disk + " is full")
                .contains("with room: true\n");
    }

    /// The process that sees the disk: a package in an archive, the store.
    static final class Fetching {
        private Fetching() {}

        public static void main(String[] arguments) throws IOException {
            Path archive = Path.of(arguments[0]);
            var store = new Store(Path.of(arguments[1]));
            Digest digest = Store.digestOf(archive);
            var wanted = new Downloads.Wanted("x", archive.toUri(), PACKAGE_BYTES, digest);
            System.out.println("fault: " + fault(store, Progress.SILENT, wanted));
            System.out.println("kept: " + store.has(digest, PACKAGE_BYTES));

            SmallDisk.resize(store.folder(), 4L * PACKAGE_BYTES);
            System.out.println(
                    "filled meanwhile: " + fault(store, new FillingProgress(store), wanted));

            SmallDisk.resize(store.folder(), 4L * PACKAGE_BYTES);
            new Downloads(store, Progress.SILENT).fetch(List.of(wanted));
            System.out.println("with room: " + store.has(digest, PACKAGE_BYTES));
        }

        private static String fault(Store store, Progress progress, Downloads.Wanted wanted) {
            try {
                new Downloads(store, progress).fetch(List.of(wanted));
                return "none";
            } catch (LockFault full) {
                return String.valueOf(full.getMessage());
            }
        }
    }

    /// Somebody else fills the disk once the downloads are announced.
    private record FillingProgress(Store store) implements Progress {
        @Override
        public void stage(String name) {}

        @Override
        public void bytes(long done, long total) {}

        @Override
        public void note(String line) {
            SmallDisk.leaveFree(store.folder(), PACKAGE_BYTES / 4);
        }
    }
}

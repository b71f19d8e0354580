// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.image.blueprint.Blueprint;
import dev.evenkeel.image.lock.AgentBundle;
import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.lock.Locker;
import dev.evenkeel.image.lock.Store;
import dev.evenkeel.image.process.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real build on a real filesystem that gets full while it goes on.
@Tag("real")
class FullDiskTest {
    private static final Path EXAMPLE =
            Path.of("../examples/qemu-x86/blueprint.toml").toAbsolutePath().normalize();
    private static final long ENOUGH_BYTES = 4L << 30;

    @TempDir private Path folder;

    @Test
    void a_build_says_what_is_missing_where_leaves_nothing_and_works_with_room()
            throws IOException {
        Store store = Store.standard();
        Lock lock =
                new Locker(store, AgentBundle.NONE, Progress.SILENT)
                        .lock(Blueprint.read(EXAMPLE), Optional.empty());
        Path locked = Files.write(folder.resolve("packages.lock"), lock.toBytes());
        Path disk = Files.createDirectory(folder.resolve("disk"));

        String told =
                SmallDisk.run(
                        disk, ENOUGH_BYTES, Filling.class, EXAMPLE, locked, store.folder(), disk);

        assertThat(told)
                .contains("fault: the disk is full, found while making the slot image: " + disk)
                .containsPattern("has 0 MiB free, a build needs about \\d+ MiB there")
                .contains("left: 0\n")
                .contains("with room: built 1.0\n");
    }

    /// The process that sees the disk: blueprint, lock, store, disk.
    static final class Filling {
        private Filling() {}

        public static void main(String[] arguments) throws IOException {
            Blueprint blueprint = Blueprint.read(Path.of(arguments[0]));
            Lock lock = Lock.read(Path.of(arguments[1]));
            var store = new Store(Path.of(arguments[2]));
            Path disk = Path.of(arguments[3]);
            Path out = disk.resolve("release");
            try {
                Builder.build(blueprint, lock, store, out, new FillingProgress(disk));
            } catch (BuildFault full) {
                System.out.println("fault: " + full.getMessage());
            }
            try (Stream<Path> left = Files.list(disk)) {
                System.out.println("left: " + left.count());
            }
            SmallDisk.resize(disk, ENOUGH_BYTES);
            BuildResult built = Builder.build(blueprint, lock, store, out, Progress.SILENT);
            System.out.println("with room: built " + built.manifest().version());
        }
    }

    /// Somebody else fills the disk when the slot image is about to be written.
    private record FillingProgress(Path disk) implements Progress {
        @Override
        public void stage(String name) {
            if (name.equals("slot image")) SmallDisk.leaveFree(disk, 8 << 20);
        }

        @Override
        public void bytes(long done, long total) {}

        @Override
        public void note(String line) {}
    }
}

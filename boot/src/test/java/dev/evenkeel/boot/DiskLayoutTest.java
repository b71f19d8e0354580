// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.MalformedInput;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskLayoutTest {
    private static final UUID DISK = UUID.fromString("0f0e0d0c-0b0a-4908-8706-050403020100");
    private static final Tool SFDISK = new Tool("sfdisk", "fdisk");

    /// Small, so that the whole disk fits into memory.
    private static final DiskLayout SMALL = DiskLayout.of(3 << 20, (2 << 20) + 1, 1 << 20);

    @TempDir Path folder;

    @Test
    void lies_where_the_table_says() throws IOException {
        DiskLayout layout = DiskLayout.of(256L << 20, 64L << 20, 32L << 20);
        var table = new StringBuilder("number name    offset-MiB size-MiB type\n");
        for (DiskLayout.Partition partition : layout.partitions()) {
            table.append(
                    String.format(
                            "%-6d %-7s %-10d %-8d %s%n",
                            partition.number(),
                            partition.name(),
                            partition.offset() >> 20,
                            partition.sizeBytes() >> 20,
                            partition.type()));
        }
        table.append("disk " + (layout.diskBytes() >> 20) + " MiB\n");
        ExpectedFile.holds("expected/disk-layout.txt", table.toString());
    }

    @Test
    void has_the_numbers_that_the_boot_script_counts_on() {
        assertThat(SMALL.partitions().stream().map(DiskLayout.Partition::name))
                .containsExactly(
                        "esp", "env-0", "env-1", "state", "boot-a", "slot-a", "boot-b", "slot-b",
                        "data", "log");
        assertThat(BootScript.text())
                .contains("part start virtio 0 2 ek_at0", "part start virtio 0 3 ek_at1")
                .contains("then setenv ek_part 5; else setenv ek_part 7");
    }

    @Test
    void sizes_are_rounded_up_to_the_alignment() {
        assertThat(SMALL.partition("data").sizeBytes()).isEqualTo(3 << 20);
        assertThat(SMALL.partitions())
                .allMatch(partition -> partition.offset() % DiskLayout.ALIGNMENT_BYTES == 0);
    }

    @Test
    void sfdisk_makes_this_layout_and_we_read_it_back() throws Exception {
        SectorDisk disk = partitioned();
        Gpt found = Gpt.read(disk);
        assertThat(found.diskId()).isEqualTo(DISK);
        assertThat(
                        found.partitions().stream()
                                .map(p ->
                                        new DiskLayout.Partition(
                                                p.number(),
                                                p.name(),
                                                p.type(),
                                                p.offset(),
                                                p.sizeBytes())))
                .isEqualTo(SMALL.partitions());
        assertThat(found.partitions().stream().map(Gpt.Partition::id)).doesNotHaveDuplicates();
    }

    @Test
    void the_same_id_makes_the_same_table() throws Exception {
        assertThat(partitioned().bytes(0, 1 << 20)).isEqualTo(partitioned().bytes(0, 1 << 20));
    }

    @Test
    void a_broken_table_is_replaced_by_its_backup() throws Exception {
        SectorDisk disk = partitioned();
        Gpt sound = Gpt.read(disk);
        for (long damaged : new long[] {512 + 8, 512 + 72, 1024 + 32, 1024 + 128 * 9 + 56}) {
            disk.flipBit(damaged);
            assertThat(Gpt.read(disk)).as("damage at " + damaged).isEqualTo(sound);
            disk.flipBit(damaged);
        }
    }

    @Test
    void a_disk_without_a_sound_table_is_refused() throws Exception {
        SectorDisk disk = partitioned();
        disk.fill(0, 4096, 0);
        disk.fill(disk.sizeBytes() - 512, 512, 0);
        assertThatThrownBy(() -> Gpt.read(disk))
                .isInstanceOf(MalformedInput.class)
                .hasMessageContaining("disk.img");
        assertThatThrownBy(() -> Gpt.read(new SectorDisk("tiny", 100)))
                .isInstanceOf(MalformedInput.class);
    }

    @Test
    void a_partition_of_an_image_is_a_disk_of_its_own() throws Exception {
        SectorDisk disk = partitioned();
        DiskSlice state = DiskSlice.partition(disk, "state");
        StatePartition.format(state);
        new StatePartition(state).write(Region.IDENTITY, "me".getBytes(UTF_8));
        assertThat(state.name()).isEqualTo("disk.img (state)");
        assertThat(state.sizeBytes()).isEqualTo(StatePartition.SIZE_BYTES);
        assertThat(Gpt.read(disk).partitions()).hasSize(10);
        var again = new StatePartition(DiskSlice.partition(disk, "state"));
        assertThat(again.read(Region.IDENTITY)).hasValue("me".getBytes(UTF_8));
        assertThatThrownBy(() -> DiskSlice.partition(disk, "slot-c"))
                .isInstanceOf(MalformedInput.class)
                .hasMessageContaining("slot-a");
    }

    @Test
    void a_slice_never_reaches_its_neighbours() {
        var disk = new SectorDisk("disk", 8192);
        var slice = new DiskSlice(disk, "middle", 2048, 1024);
        for (long offset : new long[] {-1, 1, 1024, Long.MAX_VALUE}) {
            assertThatThrownBy(() -> slice.write(offset, ByteBuffer.allocate(1024)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("middle");
            assertThatThrownBy(() -> slice.read(offset, ByteBuffer.allocate(1024)))
                    .isInstanceOf(IOException.class);
        }
        assertThat(disk.writes()).isZero();
        assertThatThrownBy(() -> new DiskSlice(disk, "out", 7680, 1024))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private SectorDisk partitioned() throws Exception {
        Path image = folder.resolve("disk.img");
        Files.deleteIfExists(image);
        try (var file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(SMALL.diskBytes());
        }
        SFDISK.succeed(SMALL.toSfdisk(DISK), "--quiet", "--no-reread", image.toString());
        return new SectorDisk("disk.img", Files.readAllBytes(image));
    }
}

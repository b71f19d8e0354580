// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.boot.BootRecord;
import dev.evenkeel.boot.BootRecords;
import dev.evenkeel.boot.DiskSlice;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Slot;
import dev.evenkeel.core.Version;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootModelTest {
    private static final int IMAGE_BYTES = 100_000;

    @TempDir Path folder;

    private VolatileDisk disk;
    private byte[] image;
    private BootModel model;

    @BeforeEach
    void flash() throws IOException {
        disk = VolatileDisk.open(FactoryDisk.make(folder));
        image = new byte[IMAGE_BYTES];
        new Random(1).nextBytes(image);
        write("boot-b", image);
        var files =
                new SlotFiles(
                        new Version("1.1"),
                        Digest.of(image),
                        IMAGE_BYTES,
                        Map.of(
                                "verity_root", "abc",
                                "verity_salt", "def",
                                "verity_blocks", "9",
                                "verity_hash_offset", "4096",
                                "slot_args", "evenkeel.overlay_size=64M"),
                        folder.resolve("initrd"));
        model = new BootModel(disk, List.of(files));
        try (DiskSlice first = DiskSlice.partition(disk, "env-0");
                DiskSlice second = DiskSlice.partition(disk, "env-1")) {
            new BootRecords(first, second).store(BootRecord.FACTORY.arm(Slot.B, 3));
        }
    }

    @AfterEach
    void close() throws IOException {
        disk.close();
    }

    private void write(String partition, byte[] content) throws IOException {
        try (DiskSlice slice = DiskSlice.partition(disk, partition)) {
            slice.write(0, ByteBuffer.wrap(content));
        }
    }

    @Test
    void starts_an_armed_slot_with_what_the_boot_script_would_say() throws IOException {
        BootModel.Boot boot = model.boot();

        assertThat(boot.choice()).isEqualTo(new BootChoice(Slot.B, 2, true, false, "01"));
        assertThat(boot.arguments())
                .contains("evenkeel.slot=b evenkeel.trial=1 evenkeel.left=2 ")
                .contains(" evenkeel.copies=01 evenkeel.fallback=0 evenkeel.verity_root=abc ")
                .contains(" evenkeel.verity_blocks=9 evenkeel.verity_hash_offset=4096 ")
                .contains(" panic=5 ")
                .endsWith(" evenkeel.overlay_size=64M");
    }

    @Test
    void an_attempt_is_taken_durably_before_anything_of_the_slot_runs() throws IOException {
        model.boot();
        disk.cut(1);
        disk.powerOn();
        assertThat(model.boot().choice().left()).isEqualTo(1);
        assertThat(model.flushes()).isEqualTo(2);
    }

    @Test
    void a_slot_whose_boot_files_are_those_of_no_release_is_a_broken_promise() throws IOException {
        image[IMAGE_BYTES - 1]++;
        write("boot-b", image);
        assertThatThrownBy(model::boot)
                .isInstanceOf(BrokenPromise.class)
                .hasMessageContaining("boot-b holds the boot image of none of the releases [1.1]");
    }
}

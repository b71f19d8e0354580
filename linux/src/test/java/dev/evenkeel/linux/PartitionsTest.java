// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionsTest {
    @TempDir Path folder;
    private FakeRoot root;
    private Partitions partitions;

    @BeforeEach
    void layOut() throws IOException {
        root = new FakeRoot(folder);
        partitions = new Partitions(folder);
        root.partition("vda", "vda2", "env-0");
        root.partition("vda", "vda4", "state");
        root.file("sys/class/block/loop0/uevent", "MAJOR=7\nDEVNAME=loop0\nDEVTYPE=disk\n");
    }

    @Test
    void finds_a_partition_by_its_name() throws IOException {
        assertThat(partitions.byName("state")).isEqualTo(folder.resolve("dev/vda4"));
    }

    @Test
    void a_missing_partition_is_named_in_the_error() {
        assertThatThrownBy(() -> partitions.byName("slot-a"))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("slot-a");
    }

    @Test
    void two_disks_with_one_name_are_an_error() throws IOException {
        root.partition("sda", "sda4", "state");
        assertThatThrownBy(() -> partitions.byName("state"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("sda4")
                .hasMessageContaining("vda4");
    }

    @Test
    void a_stick_with_the_same_names_does_not_take_the_place_of_the_disk() throws IOException {
        root.partition("sda", "sda4", "state");
        root.link("run/evenkeel/part/state", "/dev/vda4");
        assertThat(partitions.byName("state")).isEqualTo(folder.resolve("dev/vda4"));
    }

    @Test
    void a_machine_without_block_devices_has_no_partitions(@TempDir Path empty) {
        assertThatThrownBy(() -> new Partitions(empty).byName("state"))
                .isInstanceOf(NoSuchFileException.class);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.boot.DiskSlice;
import dev.evenkeel.boot.Region;
import dev.evenkeel.boot.StatePartition;
import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.message.Provisioning;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvisionerTest {
    @TempDir Path folder;

    private final Provisioner provisioner = new Provisioner(new HostQemu());
    private Path disk;

    /// A disk as a release brings it, with an empty data filesystem.
    @BeforeEach
    void makeFactoryDisk() throws IOException {
        Path image = FactoryDisk.make(folder);
        disk = folder.resolve("device/disk.img");
        Provisioner.copyDisk(image, disk);
        assertThat(Files.mismatch(image, disk)).isEqualTo(-1);
    }

    @Test
    void the_copy_is_as_sparse_as_the_image() throws IOException {
        var blocks = (Number) Files.getAttribute(disk, "unix:size");
        String used = TestGuest.run(folder, "du", "-k", disk.toString()).split("\\s", -1)[0];
        assertThat(Long.parseLong(used) * 1024).isLessThan(blocks.longValue() / 4);
    }

    @Test
    void the_device_finds_its_provisioning_record_in_the_state_partition() throws IOException {
        var record =
                new Provisioning(
                        new FleetId("demo"),
                        new DeviceType("qemu-x86"),
                        1,
                        URI.create("https://10.0.2.2:8443"),
                        new byte[] {1, 2, 3},
                        "token",
                        new byte[] {4, 5});
        Provisioner.provision(disk, record);
        try (VolatileDisk whole = VolatileDisk.open(disk);
                DiskSlice state = DiskSlice.partition(whole, "state")) {
            assertThat(new StatePartition(state).read(Region.PROVISIONING))
                    .hasValueSatisfying(bytes -> assertThat(bytes).isEqualTo(record.toBytes()));
        }
    }

    @Test
    void a_data_file_is_read_back_as_it_was_put() throws IOException {
        byte[] content = "what belongs to the user\n".repeat(999).getBytes(StandardCharsets.UTF_8);
        Path file = Files.write(folder.resolve("precious"), content);
        provisioner.putDataFile(disk, file, "/keep/user/precious.txt");
        provisioner.putDataFile(disk, file, "/keep/user/again");
        assertThat(provisioner.readDataFile(disk, "/keep/user/precious.txt"))
                .hasValueSatisfying(bytes -> assertThat(bytes).isEqualTo(content));
        assertThat(provisioner.readDataFile(disk, "/keep/user/again")).isPresent();
        assertThat(provisioner.readDataFile(disk, "/keep/nobody")).isEmpty();
    }

    @Test
    void says_that_a_destroyed_data_partition_is_broken() throws IOException {
        try (VolatileDisk whole = VolatileDisk.open(disk);
                DiskSlice data = DiskSlice.partition(whole, "data")) {
            data.write(0, ByteBuffer.wrap(new byte[8 << 20]));
        }
        assertThatThrownBy(() -> provisioner.readDataFile(disk, "/x"))
                .isInstanceOf(LabFailure.class)
                .hasMessageContaining("is broken");
    }

    @Test
    void takes_no_path_that_debugfs_could_read_as_something_else() {
        for (String path : new String[] {"relative", "/a b", "/a/../b", "/a\nrm b", "/"}) {
            assertThatThrownBy(() -> provisioner.readDataFile(disk, path))
                    .isInstanceOf(LabFailure.class)
                    .hasMessageContaining("not a path on the data partition");
        }
    }
}

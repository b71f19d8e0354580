// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each decision of the initramfs script as it ships, under the busybox that ships.
@Tag("real")
class InitramfsTest {
    @TempDir private static Path folder;
    private static InitramfsBench bench;

    @BeforeAll
    static void open() throws IOException {
        bench = InitramfsBench.open(folder);
    }

    @Test
    void a_healthy_device_comes_up_on_its_verified_slot() throws IOException {
        InitramfsCase device = bench.healthy().boot();
        assertThat(device.facts())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.ofEntries(
                                Map.entry("slot", "b"),
                                Map.entry("trial", "1"),
                                Map.entry("left", "2"),
                                Map.entry("seq", "1"),
                                Map.entry("copies", "01"),
                                Map.entry("fallback", "0"),
                                Map.entry("reset", "unknown"),
                                Map.entry("data", "ok"),
                                Map.entry("log", "ok"),
                                Map.entry("root_mode", "overlay"),
                                Map.entry("overlay", "64M")));
        assertThat(device.calls())
                .contains(
                        // sectors, blocks, the tree behind its superblock
                        "dmsetup create slot --readonly --table 0 144000 verity 1 /dev/vda8 /dev/vda8"
                                + " 4096 4096 18000 18001 sha256 "
                                + InitramfsCase.ROOT_HASH
                                + " "
                                + InitramfsCase.SALT
                                + " 1 restart_on_corruption",
                        "mount -t squashfs -o ro,nodev /dev/mapper/slot /mnt/lower",
                        "mount -t ext4 -o noatime,nodev,nosuid /dev/vda9 /mnt/data",
                        "mount -t ext4 -o noatime,nodev,nosuid,noexec /dev/vda10 /mnt/log");
        assertThat(device.mounts())
                .anySatisfy(one -> assertThat(one).startsWith("/mnt/root overlay"))
                .anySatisfy(one -> assertThat(one).startsWith("/mnt/root/data "))
                .anySatisfy(one -> assertThat(one).startsWith("/mnt/root/var/log "));
        assertThat(device.left("data_user")).isEqualTo("precious");
        assertHandedOver(device);
    }

    @ParameterizedTest
    @CsvSource({
        "slot, '', no evenkeel.slot",
        "slot, c, no evenkeel.slot",
        "verity_blocks, '', slot b: no verity_blocks or verity_hash_offset",
        "verity_blocks, 12x, slot b: no verity_blocks or verity_hash_offset",
        "verity_hash_offset, 0x10, slot b: no verity_blocks or verity_hash_offset",
        "verity_root, '', slot b: no verity_root",
        "verity_root, 5e5e, slot b: no verity_root",
    })
    void a_slot_that_is_not_described_is_not_booted(String name, String value, String said)
            throws IOException {
        InitramfsCase device = bench.healthy().argument(name, value).boot();
        assertGivenUp(device, said);
        assertThat(device.calls()).noneMatch(call -> call.startsWith("dmsetup"));
    }

    @Test
    void a_slot_that_verity_refuses_is_not_booted() throws IOException {
        assertGivenUp(bench.healthy().wrong("no-verity").boot(), "slot b: dm-verity refuses");
    }

    @Test
    void a_slot_may_be_erofs_and_one_without_a_filesystem_is_not_booted() throws IOException {
        InitramfsCase erofs = bench.healthy().wrong("no-squashfs").boot();
        assertThat(erofs.calls())
                .contains("mount -t erofs -o ro,nodev /dev/mapper/slot /mnt/lower");
        assertHandedOver(erofs);
        InitramfsCase none = bench.healthy().wrong("no-squashfs").wrong("no-erofs").boot();
        assertGivenUp(none, "slot b: no filesystem");
    }

    @Test
    void a_slot_without_a_salt_is_opened_without_one() throws IOException {
        InitramfsCase device = bench.healthy().argument("verity_salt", "").boot();
        assertThat(device.calls())
                .anySatisfy(call ->
                        assertThat(call).contains(InitramfsCase.ROOT_HASH + " - 1 restart"));
        assertHandedOver(device);
    }

    @Test
    void a_device_without_its_disk_restarts() throws IOException {
        InitramfsCase device = bench.healthy().withoutPartition("state").boot();
        assertGivenUp(device, "no disk with a state partition");
        assertThat(device.calls().stream().filter("sleep 0.1"::equals)).hasSize(100);
    }

    @Test
    void a_stick_with_the_same_partition_names_cannot_take_the_disks_place() throws IOException {
        InitramfsCase device = bench.healthy().makeDisk("sda").boot();
        assertThat(device.left("run/disk")).isEqualTo("vda");
        assertThat(device.calls()).noneMatch(call -> call.contains("/dev/sda"));
        assertHandedOver(device);
    }

    @Test
    void a_data_partition_with_small_damage_is_repaired_and_used() throws IOException {
        InitramfsCase device = bench.healthy().wornOut("data").boot();
        assertThat(device.facts()).containsEntry("data", "repaired").containsEntry("log", "ok");
        assertThat(device.left("data_user")).isEqualTo("precious");
        assertThat(device.left("run/data-broken")).isEmpty();
    }

    @Test
    void a_data_partition_without_its_superblock_is_repaired_from_the_copy() throws IOException {
        InitramfsCase device =
                bench.healthy()
                        .formatDataAsBuilt(Map.of("user", "precious"))
                        .loseFirstBlock("data")
                        .boot();
        assertThat(device.facts()).containsEntry("data", "repaired").containsEntry("log", "ok");
        assertThat(device.left("data_user")).isEqualTo("precious");
        assertThat(device.said()).contains("starts from the copy in block 8192");
    }

    @Test
    void a_superblock_of_another_filesystem_that_was_there_before_is_not_taken_for_a_copy()
            throws IOException {
        InitramfsCase device =
                bench.healthy()
                        .formatDataAsBuilt(Map.of("user", "precious"))
                        .size("data", (48 << 20) / 512)
                        .loseFirstBlock("data");
        byte[] before = Files.readAllBytes(device.device("data"));
        device.boot();
        assertThat(device.facts()).containsEntry("data", "broken");
        assertThat(Files.readAllBytes(device.device("data"))).isEqualTo(before);
    }

    @Test
    void a_destroyed_data_partition_stays_untouched_and_the_device_comes_up_and_says_why()
            throws IOException {
        InitramfsCase device = bench.healthy().destroy("data");
        byte[] before = Files.readAllBytes(device.device("data"));
        device.boot();
        assertThat(device.facts()).containsEntry("data", "broken").containsEntry("log", "ok");
        assertThat(device.left("run/data-broken"))
                .startsWith("e2fsck -p says 8: ")
                .contains("/dev/vda9");
        assertThat(Files.readAllBytes(device.device("data"))).isEqualTo(before);
        assertThat(device.mounts())
                .anySatisfy(one -> assertThat(one).matches("/mnt/root/data tmpfs .*size=16384k.*"));
        assertThat(device.said()).contains("data partition is unusable and stays untouched");
        assertHandedOver(device);
    }

    @Test
    void a_data_partition_that_cannot_be_mounted_is_broken_too() throws IOException {
        InitramfsCase device =
                bench.healthy().wrong("unmountable-data").argument("data_tmpfs_size", "4M").boot();
        assertThat(device.facts()).containsEntry("data", "broken");
        assertThat(device.left("run/data-broken"))
                .isEqualTo(
                        "mount: mount: mounting /dev/vda9 on /mnt/data failed: Structure needs"
                                + " cleaning");
        assertThat(device.mounts())
                .anySatisfy(one -> assertThat(one).matches("/mnt/root/data tmpfs .*size=4096k.*"));
    }

    @Test
    void a_log_partition_with_small_damage_is_repaired() throws IOException {
        InitramfsCase device = bench.healthy().wornOut("log").boot();
        assertThat(device.facts()).containsEntry("log", "repaired").containsEntry("data", "ok");
    }

    @ParameterizedTest
    @CsvSource({"destroyed", "unmountable"})
    void a_log_partition_beyond_repair_is_wiped_and_made_as_a_new_one(String how)
            throws IOException {
        InitramfsCase device = bench.healthy();
        if (how.equals("destroyed")) device.destroy("log");
        else device.wrong("unmountable-log-once");
        device.boot();
        assertThat(device.facts()).containsEntry("log", "wiped").containsEntry("data", "ok");
        assertThat(bench.tool("dumpe2fs", "-h", device.device("log").toString()))
                .contains("4556454e-4b45-4c00-8000-00000000000a")
                .containsPattern("volume name: +log");
        // the skeleton: mode, owner and group by number
        assertThat(device.left("log-listing"))
                .containsPattern("drwxr-sr-x +\\d+ +0 +999 .* journal")
                .containsPattern("drwx------ +\\d+ +0 +0 .* private")
                .containsPattern("drwxr-x--- +\\d+ +990 +990 .* evenkeel");
        assertThat(device.left("data_user")).isEqualTo("precious");
        assertHandedOver(device);
    }

    @Test
    void a_dead_log_partition_does_not_stop_the_device() throws IOException {
        InitramfsCase device = bench.healthy().wrong("unmountable-log").boot();
        assertThat(device.facts()).containsEntry("log", "broken");
        assertThat(device.said()).contains("log partition cannot be formatted");
        assertThat(device.mounts())
                .anySatisfy(
                        one -> assertThat(one).matches("/mnt/root/var/log tmpfs .*size=16384k.*"));
        assertHandedOver(device);
    }

    @Test
    void the_overlay_has_the_size_that_the_slot_asks_for() throws IOException {
        InitramfsCase device = bench.healthy().argument("overlay_size", "8M").boot();
        assertThat(device.facts()).containsEntry("overlay", "8M");
        assertThat(device.calls()).contains("mount -t tmpfs -o mode=755,size=8M upper /mnt/upper");
    }

    @Test
    void the_root_may_live_in_memory_and_then_lets_go_of_the_slot() throws IOException {
        InitramfsCase device = bench.healthy().argument("root_mode", "ram").boot();
        assertThat(device.facts())
                .containsEntry("root_mode", "ram")
                .containsEntry("overlay", "none");
        assertThat(device.mounts())
                .anySatisfy(one -> assertThat(one).startsWith("/mnt/root tmpfs"))
                .noneMatch(one -> one.startsWith("/mnt/lower "));
        assertThat(device.calls()).contains("dmsetup remove slot");
        assertHandedOver(device);
    }

    @Test
    void a_new_device_gets_a_machine_id_and_keeps_it_in_two_places() throws IOException {
        InitramfsCase device = bench.healthy().boot();
        assertThat(device.left("etc_machine-id")).isEqualTo(NEW_ID);
        assertThat(device.left("data_.evenkeel_machine-id")).isEqualTo(NEW_ID);
        assertThat(device.left("var_log_.machine-id")).isEqualTo(NEW_ID);
    }

    @ParameterizedTest
    @CsvSource({
        // on data, on log, then
        "1a, '', 1a",
        "'', 2b, 2b",
        "1a, 2b, 1a",
        "junk, 2b, 2b",
        "junk, junk, new",
    })
    void the_machine_id_survives_the_loss_of_one_place(String data, String log, String then)
            throws IOException {
        InitramfsCase device =
                bench.healthy()
                        .format("data", data.isEmpty() ? Map.of() : Map.of(ON_DATA, id(data)))
                        .format("log", log.isEmpty() ? Map.of() : Map.of(".machine-id", id(log)))
                        .boot();
        String expected = then.equals("new") ? NEW_ID : id(then).strip();
        assertThat(device.left("etc_machine-id")).isEqualTo(expected);
        assertThat(device.left("data_.evenkeel_machine-id")).isEqualTo(expected);
        assertThat(device.left("var_log_.machine-id")).isEqualTo(expected);
    }

    @Test
    void a_full_data_partition_does_not_stop_the_device() throws IOException {
        InitramfsCase device = bench.healthy().wrong("full-data").boot();
        assertThat(device.said()).contains("cannot keep machine-id in /mnt/data");
        assertThat(device.left("etc_machine-id")).isEqualTo(NEW_ID);
        assertHandedOver(device);
    }

    @Test
    void the_watchdog_is_petted_while_a_check_takes_long() throws IOException {
        // the bench's seconds are hundredths: this check takes half a minute
        InitramfsCase device = bench.healthy().replace("e2fsck", "sleep 0.1").boot();
        long quick = pets(bench.healthy().boot());
        assertThat(pets(device)).isGreaterThan(quick + 4);
        assertHandedOver(device);
    }

    @Test
    void a_check_that_hangs_is_ended_by_the_watchdog() throws IOException {
        InitramfsCase device =
                bench.healthy().replace("e2fsck", "case $* in */vda9) sleep 6;; esac").boot();
        // ten minutes of 5 seconds, and what the rest of the boot pets
        assertThat(pets(device)).isBetween(120L, 140L);
    }

    @Test
    void a_device_without_a_watchdog_says_so_and_comes_up() throws IOException {
        InitramfsCase device = bench.healthy().wrong("no-watchdog").boot();
        assertThat(device.said()).contains("no hardware watchdog");
        assertThat(device.calls()).doesNotContain("pet");
        assertHandedOver(device);
    }

    @ParameterizedTest
    @CsvSource({"0, unknown", "32, watchdog"})
    void tells_whether_the_watchdog_ended_the_boot_before(String bootStatus, String reset)
            throws IOException {
        InitramfsCase device = bench.healthy().bootStatus(bootStatus).boot();
        assertThat(device.facts()).containsEntry("reset", reset);
    }

    @Test
    void a_module_that_does_not_load_is_told() throws IOException {
        InitramfsCase device = bench.healthy().wrong("no-module").boot();
        assertThat(device.said()).contains("module /lib/modules/virtio_blk.ko does not load");
        assertHandedOver(device);
    }

    @Test
    void a_slot_without_an_init_is_left_to_the_boot_counter() throws IOException {
        assertGivenUp(bench.healthy().replace("init", null).boot(), "slot b: no /sbin/init");
    }

    private static final String ON_DATA = ".evenkeel/machine-id";
    private static final String NEW_ID = "0f0f0f0f111122223333444444444444";

    private static String id(String of) {
        return of.length() == 2 ? of.repeat(16) + "\n" : of + "\n";
    }

    private static long pets(InitramfsCase device) throws IOException {
        return device.calls().stream().filter("pet"::equals).count();
    }

    /// It came to its last line: only a process 1 may switch the root.
    private static void assertHandedOver(InitramfsCase device) throws IOException {
        assertThat(device.said()).contains("switch_root").doesNotContain("FATAL");
        assertThat(device.calls()).noneMatch(call -> call.startsWith("reboot"));
    }

    /// The bootloader's counter decides: the device restarts and nothing of the slot runs.
    private static void assertGivenUp(InitramfsCase device, String why) throws IOException {
        assertThat(device.said()).contains("evenkeel: FATAL: " + why).doesNotContain("switch_root");
        assertThat(device.calls()).contains("reboot -f");
        assertThat(Files.readString(device.root().resolve("proc/sysrq-trigger"))).isEqualTo("b\n");
    }
}

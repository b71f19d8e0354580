// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Slot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Our two formats beside the real thing: fw_printenv and fw_setenv of libubootenv read what we
/// wrote, we read what they wrote, and both judge broken copies alike.
class LibubootenvTest {
    private static final Tool PRINT = new Tool("fw_printenv", "libubootenv-tool");
    private static final Tool SET = new Tool("fw_setenv", "libubootenv-tool");
    private static final BootRecord ARMED =
            BootRecord.DEFAULT.arm(Slot.B, 3).withExt("mode=x; two words");
    private static final String NOTHING = "nothing=here";

    @TempDir Path folder;
    private Path files0;
    private Path files1;
    private SectorDisk first;
    private SectorDisk second;

    @BeforeEach
    void layOut() {
        files0 = folder.resolve("env-0");
        files1 = folder.resolve("env-1");
        first = new SectorDisk("env-0", UbootEnvironment.SIZE_BYTES);
        second = new SectorDisk("env-1", UbootEnvironment.SIZE_BYTES);
    }

    @Test
    void plain_libubootenv_reads_what_we_wrote() throws Exception {
        var records = new BootRecords(first, second);
        for (int i = 0; i < 7; i++) {
            BootRecord written = records.store(ARMED.withExt("n=" + i));
            Path newest = i % 2 == 0 ? files0 : files1;
            assertThat(print(newest)).isEqualTo(written.toEnvironment().variables());
        }
    }

    @Test
    void plain_we_read_what_libubootenv_wrote() throws Exception {
        var records = new BootRecords(first, second);
        records.heal();
        BootRecord before = records.load().record();
        int next = (before.sequence() + 1) % 3;
        // as the boot script would: the older copy, one sequence ahead
        set(files0, Map.of("seq", "" + next, "first", "b", "b_left", "2", "ext", "by=fw_setenv"));
        BootRecord found = records.load().record();
        assertThat(found.sequence()).isEqualTo(next);
        assertThat(found.first()).isEqualTo(Slot.B);
        assertThat(found.leftB()).isEqualTo(2);
        assertThat(found.ext()).isEqualTo("by=fw_setenv");
        assertThat(records.load().isSound()).isTrue();
    }

    @Test
    void plain_both_judge_torn_copies_alike_and_libubootenv_repairs_what_we_read()
            throws Exception {
        Seed seed = Seed.fresh();
        RandomGenerator random = seed.random();
        var records = new BootRecords(first, second);
        records.heal();
        for (int i = 0; i < 25; i++) {
            BootRecord next =
                    BootRecordStoreTest.longer(ARMED.withExt("n=" + i), random.nextInt(4000));
            tear(records, next, Seed.someSectors(random, 16));
            BootRecordStore.Loaded found = records.load();
            assertThat(isDefault(print(files0)))
                    .as(seed.toString())
                    .isEqualTo(found.firstFault().isPresent());
            assertThat(isDefault(print(files1)))
                    .as(seed.toString())
                    .isEqualTo(found.secondFault().isPresent());
        }
        first.fill(0, 512, 0x77);
        second.fill(0, 512, 0x77);
        assertThat(records.load().isDefault()).isTrue();
        set(files0, Map.of("seq", "0", "first", "b", "b_left", "3"));
        assertThat(records.load().record().first()).isEqualTo(Slot.B);
        assertThat(records.load().copies()).isEqualTo("0x");
        records.heal();
        assertThat(print(files1)).containsEntry("first", "b").containsEntry("seq", "1");
    }

    @Test
    void redundant_each_reads_what_the_other_wrote_through_the_wrap_of_the_flag() throws Exception {
        var records = new RedundantRecords(first, second);
        put(first, ARMED.toEnvironment().toRedundant(249));
        put(second, ARMED.toEnvironment().toRedundant(250));
        for (int i = 0; i < 12; i++) {
            BootRecord ours = records.store(records.load().record().withExt("ours=" + i));
            assertThat(printPair()).isEqualTo(ours.toEnvironment().variables());
            setPair(Map.of("ext", "theirs=" + i, "b_left", "" + i % 10));
            BootRecord theirs = records.load().record();
            assertThat(theirs.ext()).isEqualTo("theirs=" + i);
            assertThat(theirs.leftB()).isEqualTo(i % 10);
            assertThat(records.load().isSound()).isTrue();
        }
        assertThat(flag(first)).as("wrapped").isLessThan(30);
    }

    @Test
    void redundant_both_choose_the_same_copy_for_any_two_flags() throws Exception {
        var records = new RedundantRecords(first, second);
        int[][] pairs = {
            {0, 1},
            {1, 0},
            {0, 0},
            {7, 7},
            {255, 0},
            {0, 255},
            {254, 255},
            {255, 254},
            {127, 128},
            {128, 127},
            {255, 255},
            {1, 255},
            {255, 1},
            {0, 254},
            {254, 0},
            {100, 200}
        };
        for (int[] pair : pairs) {
            put(first, ARMED.withExt("first").toEnvironment().toRedundant(pair[0]));
            put(second, ARMED.withExt("second").toEnvironment().toRedundant(pair[1]));
            assertThat(records.load().record().ext())
                    .as("flags " + pair[0] + " and " + pair[1])
                    .isEqualTo(printPair().get("ext"));
        }
    }

    @Test
    void redundant_both_read_the_same_over_torn_and_corrupt_copies() throws Exception {
        Seed seed = Seed.fresh();
        RandomGenerator random = seed.random();
        var records = new RedundantRecords(first, second);
        records.heal();
        for (int i = 0; i < 40; i++) {
            BootRecord next =
                    BootRecordStoreTest.longer(ARMED.withExt("n=" + i), random.nextInt(4000));
            tear(records, next, Seed.someSectors(random, 16));
            if (i % 5 == 4) {
                // not the flag byte: the format does not cover it by the CRC
                first.flipBit(5 + random.nextInt(UbootEnvironment.SIZE_BYTES - 5));
            }
            BootRecordStore.Loaded found = records.load();
            Map<String, String> theirs = printPair();
            if (found.isDefault()) {
                assertThat(isDefault(theirs)).as(seed + ", " + i).isTrue();
                records.heal();
            } else {
                assertThat(theirs)
                        .as(seed + ", " + i)
                        .isEqualTo(found.record().toEnvironment().variables());
            }
        }
    }

    @Test
    void redundant_with_both_copies_bad_each_repairs_for_the_other() throws Exception {
        var records = new RedundantRecords(first, second);
        assertThat(isDefault(printPair())).isTrue();
        assertThat(records.load().record()).isEqualTo(BootRecord.DEFAULT);
        records.heal();
        assertThat(printPair()).containsEntry("a_left", "3").containsEntry("first", "a");

        first.fill(0, 600, 0x33);
        second.fill(0, 600, 0x33);
        setPair(Map.of("first", "b", "b_left", "3"));
        assertThat(records.load().record().first()).isEqualTo(Slot.B);
    }

    private void tear(BootRecordStore records, BootRecord next, IntPredicate reaches)
            throws IOException {
        // a broken copy is scrubbed first
        first.cutPowerAtWrite(records.load().firstFault().isPresent() ? 1 : 0, reaches);
        second.cutPowerAtWrite(records.load().secondFault().isPresent() ? 1 : 0, reaches);
        try {
            records.store(next);
        } catch (SectorDisk.PowerCut expected) {
            // what is left is what both have to judge
        }
        first.restorePower();
        second.restorePower();
    }

    private Map<String, String> print(Path copy) throws Exception {
        writeFiles();
        return parse(PRINT.succeed("", "-c", plainConfig(copy), "-f", defaults()));
    }

    private void set(Path copy, Map<String, String> variables) throws Exception {
        writeFiles();
        SET.succeed("", "-c", plainConfig(copy), "-f", defaults(), "-s", script(variables));
        readFiles();
    }

    private Map<String, String> printPair() throws Exception {
        writeFiles();
        return parse(PRINT.succeed("", "-c", pairConfig(), "-f", defaults()));
    }

    private void setPair(Map<String, String> variables) throws Exception {
        writeFiles();
        SET.succeed("", "-c", pairConfig(), "-f", defaults(), "-s", script(variables));
        readFiles();
    }

    /// libubootenv shows a default environment in place of a broken one; ours is recognisable.
    private static boolean isDefault(Map<String, String> printed) {
        return printed.equals(Map.of("nothing", "here"));
    }

    private static Map<String, String> parse(String printed) {
        var variables = new TreeMap<String, String>();
        for (String line : printed.lines().toList()) {
            int sign = line.indexOf('=');
            if (sign > 0) variables.put(line.substring(0, sign), line.substring(sign + 1));
        }
        return variables;
    }

    private String plainConfig(Path copy) throws IOException {
        return config("plain.config", copy + " 0x0 0x2000\n");
    }

    private String pairConfig() throws IOException {
        return config("pair.config", files0 + " 0x0 0x2000\n" + files1 + " 0x0 0x2000\n");
    }

    private String config(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private String defaults() throws IOException {
        return config("defaults", NOTHING + "\n");
    }

    private String script(Map<String, String> variables) throws IOException {
        var text = new StringBuilder();
        variables.forEach((name, value) -> text.append(name + "=" + value + "\n"));
        return config("script", text.toString());
    }

    private void writeFiles() throws IOException {
        Files.write(files0, first.medium());
        Files.write(files1, second.medium());
    }

    private void readFiles() throws IOException {
        put(first, Files.readAllBytes(files0));
        put(second, Files.readAllBytes(files1));
    }

    private static int flag(SectorDisk disk) {
        return disk.medium()[4] & 0xff;
    }

    private static void put(SectorDisk disk, byte[] area) {
        System.arraycopy(area, 0, disk.medium(), 0, area.length);
    }
}

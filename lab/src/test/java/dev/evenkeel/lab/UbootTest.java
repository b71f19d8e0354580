// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.boot.BootDecision;
import dev.evenkeel.boot.BootRecord;
import dev.evenkeel.boot.BootRecordStore;
import dev.evenkeel.boot.BootRecords;
import dev.evenkeel.boot.BootScript;
import dev.evenkeel.boot.Bootloader;
import dev.evenkeel.boot.UbootEnvironment;
import dev.evenkeel.core.MalformedInput;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The boot script as it ships, in the U-Boot that ships, over every row of both decision tables:
/// what it says and what it writes is what [Bootloader] says and writes.
@Tag("real")
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UbootTest {
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final List<String> COPIES = List.of("0", "1", "2", "", "7", "torn", "zeros");

    @TempDir Path folder;

    @Test
    void the_real_bootloader_decides_and_writes_as_the_table_says() throws IOException {
        List<UbootBench.Copies> cases = cases();
        UbootBench.Result found = UbootBench.open(folder).run(BootScript.text(), cases, PATIENCE);
        assertThat(found.said()).hasSameSizeAs(cases);
        for (int i = 0; i < cases.size(); i++) {
            check(cases.get(i), found.said().get(i), found.left().get(i));
        }
    }

    private static List<UbootBench.Copies> cases() {
        var cases = new ArrayList<UbootBench.Copies>();
        // every state of two copies, for every row of the decision table
        for (String first : COPIES) {
            for (String second : COPIES) {
                for (String left : List.of("3", "0")) {
                    for (String other : List.of("1", "0")) {
                        cases.add(
                                new UbootBench.Copies(
                                        copy(first, "a", left, "2", "a", other),
                                        copy(second, "b", "1", left, "none", other)));
                    }
                }
            }
        }
        // every value of a variable, odd ones too
        for (String first : List.of("a", "b", "", "z")) {
            for (String left : "0 1 2 3 4 5 6 7 8 9 10 x ".split(" ", -1)) {
                for (String other : List.of("1", "0", "")) {
                    String trial = first.isEmpty() ? "junk" : first;
                    byte[] newer = copy("2", first, left, left, trial, other);
                    cases.add(new UbootBench.Copies(copy("1", "b", "9", "9", "b", "0"), newer));
                }
            }
        }
        return cases;
    }

    private static byte[] copy(
            String seq, String first, String a, String b, String trial, String other) {
        byte[] area =
                new UbootEnvironment(
                                Map.of(
                                        "version", "1",
                                        "seq", seq.matches("torn|zeros") ? "1" : seq,
                                        "first", first,
                                        "a_left", a,
                                        "b_left", b,
                                        "trial", trial,
                                        "orderly", "2",
                                        "other_ok", other,
                                        "ext", "from=a newer version;more=1"))
                        .toPlain();
        if (seq.equals("torn")) area[600] = 1;
        return seq.equals("zeros") ? new byte[area.length] : area;
    }

    private static void check(UbootBench.Copies given, BootChoice said, UbootBench.Copies left)
            throws IOException {
        var first = new MemoryDisk("env-0", given.first().clone());
        var second = new MemoryDisk("env-1", given.second().clone());
        BootRecordStore.Loaded loaded = new BootRecords(first, second).load();
        BootDecision decided = Bootloader.SHIPPED.boot(first, second);
        assertThat(said)
                .as("%s", loaded)
                .isEqualTo(
                        new BootChoice(
                                decided.slot(),
                                decided.left(),
                                decided.trial(),
                                decided.fallback(),
                                loaded.copies()));
        sameCopy(left.first(), first.content(), given.first());
        sameCopy(left.second(), second.content(), given.second());
    }

    /// The script carries odd values of a record along, which a record in Java has no place for:
    /// the bytes may differ there, what they mean may not.
    private static void sameCopy(byte[] found, byte[] expected, byte[] before) {
        if (Arrays.equals(expected, before)) {
            assertThat(found).isEqualTo(expected);
            return;
        }
        assertThat(meaning(found)).isEqualTo(meaning(expected));
    }

    private static String meaning(byte[] area) {
        try {
            return BootRecord.read(area).toString();
        } catch (MalformedInput broken) {
            return "broken";
        }
    }
}

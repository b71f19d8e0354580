// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.Slot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class BootTableTest {
    private static final Path DOCUMENT = Path.of("../docs/formats/boot-record.md");
    private static final String BEGIN = "<!-- the decision table: written by BootTableTest -->\n";
    private static final String END = "<!-- end of the decision table -->\n";

    /// `UPDATE_EXPECTED=1` writes the table into the document.
    @Test
    void stands_in_the_documentation_as_it_is() throws IOException {
        String document = Files.readString(DOCUMENT);
        int begin = document.indexOf(BEGIN) + BEGIN.length();
        int end = document.indexOf(END);
        assertThat(begin).isGreaterThanOrEqualTo(BEGIN.length()).isLessThanOrEqualTo(end);
        if ("1".equals(System.getenv("UPDATE_EXPECTED"))) {
            Files.writeString(
                    DOCUMENT, document.substring(0, begin) + words() + document.substring(end));
        }
        assertThat(Files.readString(DOCUMENT)).contains(BEGIN + words() + END);
    }

    private static String words() {
        var words = new StringBuilder("\n");
        words.append("| env-0 | env-1 | newer | counts | written over |\n|---|---|---|---|---|\n");
        BootTable.SHIPPED.copies().forEach(row -> words.append(row.words()).append('\n'));
        words.append("\n| row | attempts left of the first slot | fallback | steps, in order |\n");
        words.append("|---|---|---|---|\n");
        BootTable.SHIPPED.slots().forEach(row -> words.append(row.words()).append('\n'));
        return words.append('\n').toString();
    }

    @Test
    void refuses_a_table_with_a_gap_or_with_two_rows_for_one_case() {
        List<SlotRow> slots = BootTable.SHIPPED.slots();
        assertThatThrownBy(() -> new BootTable(BootTable.SHIPPED.copies(), slots.subList(0, 2)))
                .hasMessageContaining("exactly one row");
        List<CopyRow> copies = BootTable.SHIPPED.copies();
        assertThatThrownBy(() -> BootTable.SHIPPED.withCopies(copies.subList(1, 5)))
                .hasMessageContaining("exactly one row");
        assertThatThrownBy(() ->
                        BootTable.SHIPPED.withCopies(
                                List.of(
                                        copies.get(0),
                                        copies.get(1),
                                        copies.get(2),
                                        copies.get(3),
                                        copies.get(4),
                                        copies.get(4))))
                .hasMessageContaining("exactly one row");
    }

    @Test
    void refuses_a_row_that_goes_on_after_it_took_the_attempt() {
        SlotRow boot = BootTable.SHIPPED.slotRow("boot");
        assertThatThrownBy(() -> boot.withSteps(BootStep.TAKE_ATTEMPT, BootStep.FILL_FIRST))
                .hasMessageContaining("row boot");
    }

    @Test
    void a_changed_row_changes_what_is_decided() {
        BootRecord tried = BootRecord.DEFAULT.arm(Slot.B, 3);
        BootTable neverCounts =
                BootTable.SHIPPED.with(BootTable.SHIPPED.slotRow("boot").withSteps());
        assertThat(BootTable.SHIPPED.decide(tried).record().leftB()).isEqualTo(2);
        assertThat(neverCounts.decide(tried).record().leftB()).isEqualTo(3);
    }

    @Test
    void a_torn_write_of_the_bootloader_leaves_one_good_copy() throws IOException {
        for (int sectors = 0; sectors <= UbootEnvironment.SIZE_BYTES / 512; sectors++) {
            var first = new SectorDisk("env-0", UbootEnvironment.SIZE_BYTES);
            var second = new SectorDisk("env-1", UbootEnvironment.SIZE_BYTES);
            var records = new BootRecords(first, second);
            records.store(BootRecord.DEFAULT);
            records.store(BootRecord.DEFAULT.arm(Slot.B, 3));
            int reached = sectors;
            first.cutPowerAtNextWrite(sector -> sector < reached);
            assertThatThrownBy(() -> Bootloader.SHIPPED.boot(first, second))
                    .isInstanceOf(SectorDisk.PowerCut.class);
            BootRecord left = records.load().record();
            assertThat(left.first()).isEqualTo(Slot.B);
            assertThat(left.leftB()).isEqualTo(reached == 0 ? 3 : 2);
        }
    }
}

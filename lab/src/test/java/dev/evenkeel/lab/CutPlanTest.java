// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.boot.DiskLayout;
import dev.evenkeel.boot.Gpt;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CutPlanTest {
    @Test
    void the_same_seed_gives_the_same_cuts() {
        assertThat(CutPlan.of(7)).isEqualTo(CutPlan.of(7)).isNotEqualTo(CutPlan.of(8));
    }

    @Test
    void aims_at_everything_that_an_update_writes_and_at_no_place_that_does_not_exist() {
        Set<String> aimedAt =
                LongStream.range(0, 300)
                        .mapToObj(CutPlan::of)
                        .flatMap(plan -> plan.cuts().stream())
                        .map(cut -> cut.point().place())
                        .collect(Collectors.toSet());
        assertThat(aimedAt)
                .containsExactlyInAnyOrder(
                        "env-0",
                        "env-1",
                        "state",
                        DiskLayout.boot(dev.evenkeel.core.Slot.B),
                        DiskLayout.slot(dev.evenkeel.core.Slot.B),
                        "data",
                        "log",
                        CutPoint.FLUSH);
    }

    @Test
    void a_trap_counts_what_touches_its_place_and_springs_once(@TempDir Path folder)
            throws Exception {
        Gpt table;
        try (VolatileDisk disk = VolatileDisk.open(FactoryDisk.make(folder))) {
            table = Gpt.read(disk);
        }
        Gpt.Partition state = table.partition("state");
        PowerTrap second = new CutPoint("state", 2).trap(table);
        var first = DiskOperation.write(state.offset(), 512);
        var last = DiskOperation.write(state.offset() + state.sizeBytes() - 512, 4096);

        assertThat(second.springs(first)).isFalse();
        assertThat(second.springs(DiskOperation.write(state.offset() - 512, 512))).isFalse();
        assertThat(second.springs(DiskOperation.FLUSH)).isFalse();
        assertThat(second.springs(last)).isTrue();
        assertThat(second.springs(last)).isFalse();

        PowerTrap flush = new CutPoint(CutPoint.FLUSH, 1).trap(table);
        assertThat(flush.springs(first)).isFalse();
        assertThat(flush.springs(DiskOperation.FLUSH)).isTrue();
    }
}

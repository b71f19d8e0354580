// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Slot;
import java.io.IOException;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BootRecordStoreTest {
    /// Both stores keep the same contract.
    enum Kind {
        PLAIN,
        REDUNDANT;

        BootRecordStore over(SectorDisk first, SectorDisk second) {
            return switch (this) {
                case PLAIN -> new BootRecords(first, second);
                case REDUNDANT -> new RedundantRecords(first, second);
            };
        }
    }

    private static final BootRecord ARMED = BootRecord.DEFAULT.arm(Slot.B, 3).withExt("n=1");

    private final SectorDisk first = new SectorDisk("env-0", 1 << 20);
    private final SectorDisk second = new SectorDisk("env-1", 1 << 20);

    @ParameterizedTest
    @EnumSource
    void two_broken_copies_give_the_default_and_say_so(Kind kind) {
        BootRecordStore.Loaded found = kind.over(first, second).load();
        assertThat(found.record()).isEqualTo(BootRecord.DEFAULT);
        assertThat(found.isDefault()).isTrue();
        assertThat(found.copies()).isEqualTo("xx");
        assertThat(found.firstFault().orElseThrow()).contains("env-0");
    }

    @ParameterizedTest
    @EnumSource
    void what_is_stored_is_loaded_and_is_on_the_medium(Kind kind) throws IOException {
        BootRecordStore store = kind.over(first, second);
        BootRecord written = store.store(ARMED);
        assertThat(store.load().record()).isEqualTo(written);
        assertThat(written.withSequence(0)).isEqualTo(ARMED);
        assertThat(first.isFlushed() && second.isFlushed()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void the_newest_wins_through_a_thousand_writes(Kind kind) throws IOException {
        BootRecordStore store = kind.over(first, second);
        store.heal();
        int before = first.writes();
        for (int i = 0; i < 1000; i++) {
            store.store(ARMED.withExt("n=" + i));
            assertThat(store.load().record().ext()).isEqualTo("n=" + i);
        }
        assertThat(first.writes() - before).isEqualTo(500);
        assertThat(second.writes() - before).isEqualTo(500);
    }

    @ParameterizedTest
    @EnumSource
    void a_write_never_touches_the_newest_copy(Kind kind) throws IOException {
        BootRecordStore store = kind.over(first, second);
        store.heal();
        for (int i = 0; i < 300; i++) {
            BootRecord written = store.store(ARMED.withExt("n=" + i));
            SectorDisk newest = newestDisk(store, written);
            byte[] before = newest.bytes(0, UbootEnvironment.SIZE_BYTES);
            store.store(ARMED.withExt("next"));
            assertThat(newest.bytes(0, UbootEnvironment.SIZE_BYTES)).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_broken_copy_is_written_first(Kind kind) throws IOException {
        BootRecordStore store = kind.over(first, second);
        store.heal();
        BootRecord newest = store.store(ARMED);
        SectorDisk newestDisk = newestDisk(store, newest);
        newestDisk.flipBit(100);
        assertThat(store.load().isSound()).isFalse();

        store.store(ARMED.withExt("after"));

        assertThat(store.load().isSound()).isTrue();
        assertThat(store.load().record().ext()).isEqualTo("after");
    }

    @ParameterizedTest
    @EnumSource
    void healing_makes_both_copies_good_and_keeps_the_record(Kind kind) throws IOException {
        BootRecordStore store = kind.over(first, second);
        store.store(ARMED);
        assertThat(store.heal().isSound()).isFalse();
        assertThat(store.load().isSound()).isTrue();
        assertThat(store.load().record().withSequence(0)).isEqualTo(ARMED);
        int writes = first.writes() + second.writes();
        store.heal();
        assertThat(first.writes() + second.writes()).isEqualTo(writes);
    }

    @ParameterizedTest
    @EnumSource
    void healing_two_broken_copies_writes_the_default_to_both(Kind kind) throws IOException {
        BootRecordStore store = kind.over(first, second);
        assertThat(store.heal().isDefault()).isTrue();
        assertThat(store.load().copies()).isEqualTo("01");
        assertThat(store.load().record().withSequence(0)).isEqualTo(BootRecord.DEFAULT);
    }

    @ParameterizedTest
    @EnumSource
    void a_copy_on_bad_sectors_is_a_broken_copy(Kind kind) throws IOException {
        BootRecordStore store = kind.over(first, second);
        store.heal();
        BootRecord newest = store.store(ARMED);
        SectorDisk older = newestDisk(store, newest) == first ? second : first;
        older.makeUnreadable(0, 512);
        BootRecordStore.Loaded found = store.load();
        assertThat(found.record()).isEqualTo(newest);
        assertThat(found.firstFault().or(found::secondFault).orElseThrow())
                .contains("Input/output error");
    }

    /// Promise 1, old or new.
    @ParameterizedTest
    @EnumSource
    void any_torn_write_leaves_the_old_or_the_new_record(Kind kind) throws IOException {
        Seed seed = Seed.fresh();
        RandomGenerator random = seed.random();
        BootRecordStore store = kind.over(first, second);
        store.store(ARMED);
        for (int i = 0; i < 2000; i++) {
            BootRecord old = store.load().record();
            BootRecord next = longer(ARMED.withExt("n=" + i), random.nextInt(3000));
            var reaches = Seed.someSectors(random, UbootEnvironment.SIZE_BYTES / 512);
            int after = random.nextInt(2);
            first.cutPowerAtWrite(after, reaches);
            second.cutPowerAtWrite(after, reaches);
            try {
                store.store(next);
            } catch (SectorDisk.PowerCut expected) {
                // the device comes up again and reads what is there
            }
            BootRecord found = store.load().record();
            assertThat(found.ext()).as(seed + ", write " + i).isIn(old.ext(), next.ext());
            assertThat(found.unknown()).isIn(old.unknown(), next.unknown());
            first.restorePower();
            second.restorePower();
            if (random.nextInt(4) == 0) store.heal();
        }
    }

    @Test
    void the_flag_of_the_redundant_format_wraps_from_255_to_0() throws IOException {
        var store = new RedundantRecords(first, second);
        put(first, ARMED.withExt("old").toEnvironment().toRedundant(254));
        put(second, ARMED.withExt("new").toEnvironment().toRedundant(255));
        assertThat(store.load().record().ext()).isEqualTo("new");
        store.store(ARMED.withExt("wrapped"));
        assertThat(UbootEnvironment.readRedundant(first.bytes(0, 0x2000)).flag()).isZero();
        assertThat(store.load().record().ext()).isEqualTo("wrapped");
        store.store(ARMED.withExt("after"));
        assertThat(UbootEnvironment.readRedundant(second.bytes(0, 0x2000)).flag()).isEqualTo(1);
        assertThat(store.load().record().ext()).isEqualTo("after");
    }

    @Test
    void variables_of_others_survive_a_write() throws IOException {
        var store = new RedundantRecords(first, second);
        put(first, ARMED.toEnvironment().with("ethaddr", "02:00:00:00:00:01").toRedundant(7));
        store.store(store.load().record().commit(Slot.B, 3, true));
        assertThat(UbootEnvironment.readRedundant(second.bytes(0, 0x2000)).environment())
                .extracting(environment -> environment.value("ethaddr"))
                .isEqualTo("02:00:00:00:00:01");
    }

    private SectorDisk newestDisk(BootRecordStore store, BootRecord newest) {
        first.makeUnreadable(0, 1);
        boolean onSecond = store.load().record().equals(newest);
        first.makeUnreadable(Long.MAX_VALUE, 0);
        return onSecond ? second : first;
    }

    /// With variables of others, up to several sectors long.
    static BootRecord longer(BootRecord record, int chars) {
        var variables = record.toEnvironment().with("zz", "x".repeat(chars));
        return BootRecord.read(variables);
    }

    private static void put(SectorDisk disk, byte[] area) {
        System.arraycopy(area, 0, disk.medium(), 0, area.length);
    }
}

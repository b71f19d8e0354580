// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StatePartitionTest {
    private static final byte[] OLD = "old".getBytes(UTF_8);
    private static final byte[] NEW = "new".getBytes(UTF_8);

    private final SectorDisk disk = new SectorDisk("state", StatePartition.SIZE_BYTES);
    private final StatePartition state = new StatePartition(disk);

    @ParameterizedTest
    @EnumSource
    void a_region_holds_what_was_written_up_to_its_capacity(Region region) throws IOException {
        byte[] full = new byte[region.capacityBytes()];
        java.util.Arrays.fill(full, (byte) 0xa5);
        assertThat(state.read(region)).isEmpty();
        state.write(region, OLD);
        state.write(region, full);
        assertThat(state.read(region)).hasValue(full);
        state.write(region, new byte[0]);
        assertThat(state.read(region)).hasValue(new byte[0]);
        assertThat(state.faults()).isEmpty();
        assertThat(disk.isFlushed()).isTrue();
    }

    @Test
    void full_regions_do_not_touch_each_other() throws IOException {
        for (int round = 0; round < 2; round++) {
            for (Region region : Region.values()) {
                byte[] full = new byte[region.capacityBytes()];
                java.util.Arrays.fill(full, (byte) region.number());
                state.write(region, full);
            }
        }
        for (Region region : Region.values()) {
            assertThat(state.read(region).orElseThrow())
                    .as(region.name())
                    .hasSize(region.capacityBytes())
                    .containsOnly(region.number());
        }
        assertThat(state.faults()).isEmpty();
    }

    @Test
    void lies_where_the_table_says() throws IOException {
        var table = new StringBuilder("region           number copy-0   copy-1   size\n");
        for (Region region : Region.values()) {
            table.append(
                    String.format(
                            "%-16s %-6d %08x %08x %d%n",
                            region,
                            region.number(),
                            region.offset(0),
                            region.offset(1),
                            region.sizeBytes()));
        }
        ExpectedFile.holds("expected/state-regions.txt", table.toString());
    }

    @ParameterizedTest
    @EnumSource
    void a_copy_that_rotted_is_made_good_from_the_other_one(Region region) throws IOException {
        state.write(region, OLD);
        state.write(region, NEW);
        for (int copy = 0; copy < 2; copy++) {
            disk.write(region.offset(copy) + 130, ByteBuffer.wrap(new byte[] {'?'}));
            byte[] left = state.read(region).orElseThrow();
            assertThat(state.heal(region)).isTrue();
            assertThat(state.faults()).isEmpty();
            assertThat(state.copies(region)).allMatch(one -> one.content().isPresent());
            assertThat(state.read(region)).hasValue(left);
            assertThat(state.heal(region)).as("there is nothing left to do").isFalse();
        }
    }

    @Test
    void what_was_written_once_is_brought_into_both_copies_and_what_is_lost_stays_lost()
            throws IOException {
        assertThat(state.heal(Region.CLOCK)).isFalse();
        state.write(Region.CLOCK, NEW);
        assertThat(state.heal(Region.CLOCK)).isTrue();
        assertThat(state.copies(Region.CLOCK)).allMatch(one -> one.content().isPresent());
        for (int copy = 0; copy < 2; copy++) {
            disk.write(Region.CLOCK.offset(copy) + 130, ByteBuffer.wrap(new byte[] {'?'}));
        }
        assertThat(state.heal(Region.CLOCK)).isFalse();
        assertThat(state.inspect(Region.CLOCK).isLost()).isTrue();
    }

    @Test
    void too_much_is_refused_and_nothing_is_written() throws IOException {
        state.write(Region.CLOCK, OLD);
        int writes = disk.writes();
        byte[] tooMuch = new byte[Region.CLOCK.capacityBytes() + 1];
        assertThatThrownBy(() -> state.write(Region.CLOCK, tooMuch))
                .isInstanceOf(RegionFull.class)
                .hasMessageContaining("CLOCK");
        assertThat(disk.writes()).isEqualTo(writes);
        assertThat(state.read(Region.CLOCK)).hasValue(OLD);
    }

    @Test
    void a_never_written_region_is_empty_but_not_lost() {
        StatePartition.Reading reading = state.inspect(Region.IDENTITY);
        assertThat(reading.content()).isEmpty();
        assertThat(reading.isLost()).isFalse();
    }

    @Test
    void an_erased_flash_is_as_empty_as_a_new_disk() {
        disk.fill(0, StatePartition.SIZE_BYTES, 0xff);
        assertThat(state.inspect(Region.IDENTITY).isLost()).isFalse();
    }

    @Test
    void one_corrupt_copy_costs_nothing_and_is_told() throws IOException {
        state.write(Region.IDENTITY, OLD);
        state.write(Region.IDENTITY, OLD);
        disk.flipBit(Region.IDENTITY.offset(0) + 128);
        StatePartition.Reading reading = state.inspect(Region.IDENTITY);
        assertThat(reading.content()).hasValue(OLD);
        assertThat(reading.isLost()).isFalse();
        assertThat(reading.faults()).singleElement().asString().contains("IDENTITY", "copy 0");
    }

    @Test
    void two_corrupt_copies_are_empty_and_told_as_lost() throws IOException {
        state.write(Region.JOURNAL, OLD);
        state.write(Region.JOURNAL, NEW);
        disk.flipBit(Region.JOURNAL.offset(0) + 128);
        disk.flipBit(Region.JOURNAL.offset(1) + 30);
        StatePartition.Reading reading = state.inspect(Region.JOURNAL);
        assertThat(reading.content()).isEmpty();
        assertThat(reading.isLost()).isTrue();
        assertThat(reading.faults()).hasSize(2);
        assertThat(state.faults()).hasSize(2);
    }

    @Test
    void a_lost_region_can_be_written_again() throws IOException {
        disk.fill(0, StatePartition.SIZE_BYTES, 0x5a);
        assertThat(state.inspect(Region.HISTORY).isLost()).isTrue();
        state.write(Region.HISTORY, NEW);
        assertThat(state.read(Region.HISTORY)).hasValue(NEW);
    }

    @Test
    void a_corrupt_copy_is_the_one_that_the_next_write_replaces() throws IOException {
        state.write(Region.CLOCK, OLD);
        state.write(Region.CLOCK, NEW);
        long newest = contains(Region.CLOCK.offset(0), NEW) ? 0 : 1;
        disk.flipBit(Region.CLOCK.offset((int) newest) + 128);
        assertThat(state.read(Region.CLOCK)).hasValue(OLD);
        state.write(Region.CLOCK, NEW);
        assertThat(state.inspect(Region.CLOCK).faults()).isEmpty();
        assertThat(state.read(Region.CLOCK)).hasValue(NEW);
    }

    @Test
    void bad_sectors_in_one_copy_cost_nothing() throws IOException {
        state.write(Region.IDENTITY, OLD);
        state.write(Region.IDENTITY, OLD);
        disk.makeUnreadable(Region.IDENTITY.offset(1), Region.IDENTITY.offset(1) + 512);
        StatePartition.Reading reading = state.inspect(Region.IDENTITY);
        assertThat(reading.content()).hasValue(OLD);
        assertThat(reading.faults()).singleElement().asString().contains("Input/output error");
    }

    /// Promise 1, old or new.
    @Test
    void any_torn_write_leaves_the_old_or_the_new_content() throws IOException {
        Seed seed = Seed.fresh();
        RandomGenerator random = seed.random();
        Region[] regions = {Region.CLOCK, Region.JOURNAL, Region.REPORTS};
        for (Region region : regions) state.write(region, OLD);
        for (int i = 0; i < 2000; i++) {
            Region region = regions[random.nextInt(regions.length)];
            byte[] old = state.read(region).orElseThrow();
            byte[] next = similar(old, region, i, random);
            int sectors = Math.ceilDiv(next.length + StateCopy.HEADER_BYTES, 4096) * 8;
            disk.cutPowerAtWrite(random.nextInt(2), Seed.someSectors(random, sectors));
            try {
                state.write(region, next);
            } catch (SectorDisk.PowerCut expected) {
                // the device comes up again and reads what is there
            }
            disk.restorePower();
            byte[] found = new StatePartition(disk).read(region).orElseThrow();
            assertThat(java.util.Arrays.equals(found, old) || java.util.Arrays.equals(found, next))
                    .as(seed + ", write " + i + " of " + region)
                    .isTrue();
        }
    }

    @Test
    void a_torn_write_never_comes_to_life_by_the_next_torn_write() throws IOException {
        byte[] old = new byte[3000];
        state.write(Region.JOURNAL, old);
        state.write(Region.JOURNAL, old);
        byte[] lost = old.clone();
        lost[0] = 1;
        lost[2000] = 1;
        disk.cutPowerAtNextWrite(sector -> sector != (2000 + StateCopy.HEADER_BYTES) / 512);
        assertThatThrownBy(() -> state.write(Region.JOURNAL, lost))
                .isInstanceOf(SectorDisk.PowerCut.class);
        byte[] next = lost.clone();
        next[0] = 2;
        disk.cutPowerAtWrite(1, sector -> sector == (2000 + StateCopy.HEADER_BYTES) / 512);
        assertThatThrownBy(() -> state.write(Region.JOURNAL, next))
                .isInstanceOf(SectorDisk.PowerCut.class);
        assertThat(state.read(Region.JOURNAL)).hasValue(old);
    }

    @Test
    void a_newer_header_that_says_we_can_read_it_is_read() throws IOException {
        put(Region.JOURNAL.offset(0), newer(Region.JOURNAL, 7, 1, 256, NEW));
        assertThat(state.inspect(Region.JOURNAL).content()).hasValue(NEW);
        assertThat(state.inspect(Region.JOURNAL).faults()).isEmpty();
        state.write(Region.JOURNAL, OLD);
        assertThat(state.read(Region.JOURNAL)).hasValue(OLD);
    }

    @Test
    void after_a_fallback_the_older_copy_stands_in_for_one_we_cannot_read() throws IOException {
        state.write(Region.JOURNAL, OLD);
        long other = contains(Region.JOURNAL.offset(0), OLD) ? 1 : 0;
        put(Region.JOURNAL.offset((int) other), newer(Region.JOURNAL, 7, 2, 256, NEW));
        StatePartition.Reading reading = state.inspect(Region.JOURNAL);
        assertThat(reading.content()).hasValue(OLD);
        assertThat(reading.faults()).singleElement().asString().contains("version 2");

        state.write(Region.JOURNAL, OLD);

        assertThat(state.inspect(Region.JOURNAL).faults()).isEmpty();
        assertThat(sequence(Region.JOURNAL.offset((int) other))).isEqualTo(8);
    }

    @Test
    void a_copy_of_another_region_is_not_taken() {
        put(Region.JOURNAL.offset(0), StateCopy.write(Region.LEDGER, 1, NEW));
        assertThat(state.inspect(Region.JOURNAL).isLost()).isTrue();
    }

    @Test
    void formatting_empties_every_region() throws IOException {
        for (Region region : Region.values()) {
            state.write(region, OLD);
            state.write(region, NEW);
        }
        StatePartition.format(disk);
        for (Region region : Region.values()) {
            assertThat(state.inspect(region).content()).isEmpty();
            assertThat(state.inspect(region).isLost()).isFalse();
        }
        assertThat(disk.isFlushed()).isTrue();
    }

    @Test
    void a_partition_that_is_too_small_is_refused() {
        var small = new SectorDisk("small", StatePartition.SIZE_BYTES - 512);
        assertThatThrownBy(() -> StatePartition.format(small))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("small");
    }

    /// As real content changes: a number at the front and now and then a byte, so that most sectors
    /// of two versions are the same.
    private static byte[] similar(byte[] old, Region region, int number, RandomGenerator random) {
        int most = Math.min(6_000, region.capacityBytes());
        int size = random.nextInt(3) == 0 ? 4 + random.nextInt(most - 4) : Math.max(4, old.length);
        byte[] next = java.util.Arrays.copyOf(old, size);
        ByteBuffer.wrap(next).putInt(number);
        if (random.nextBoolean()) next[random.nextInt(size)]++;
        return next;
    }

    /// What a later version may write: a longer header.
    private static byte[] newer(
            Region region, long sequence, int oldestReader, int headerBytes, byte[] content) {
        byte[] area = new byte[4096];
        ByteBuffer.wrap(area)
                .put(StateCopy.MAGIC)
                .putShort((short) 2)
                .putShort((short) oldestReader)
                .putInt(headerBytes)
                .putInt(region.number())
                .putInt(0)
                .putLong(sequence)
                .putLong(content.length);
        area[200] = 42;
        System.arraycopy(content, 0, area, headerBytes, content.length);
        MessageDigest running = Digest.sha256();
        running.update(area, 0, 40);
        running.update(area, 72, headerBytes + content.length - 72);
        System.arraycopy(running.digest(), 0, area, 40, 32);
        return area;
    }

    private long sequence(long offset) {
        return ByteBuffer.wrap(disk.bytes(offset, 40)).getLong(24);
    }

    private boolean contains(long offset, byte[] content) {
        return java.util.Arrays.equals(disk.bytes(offset + 128, content.length), content);
    }

    private void put(long offset, byte[] area) {
        System.arraycopy(area, 0, disk.medium(), (int) offset, area.length);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.boot.StatePartition;
import dev.evenkeel.content.ContentFault;
import dev.evenkeel.core.Slot;
import dev.evenkeel.core.message.BootReport.Outcome;
import dev.evenkeel.testkit.BuiltRelease;
import dev.evenkeel.testkit.Field;
import dev.evenkeel.testkit.PowerSupply;
import dev.evenkeel.testkit.Repository;
import dev.evenkeel.testkit.SimulatedServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Updates by the real deltas of the real engine, between images whose every chunk differs a
/// little.
class DeltaUpdateTest {
    private static final Duration LONG = Duration.ofMinutes(30);

    @TempDir private static Path folder;
    private static Repository repository;
    private static BuiltRelease old;
    private static BuiltRelease next;

    @BeforeAll
    static void two_releases_and_their_deltas() throws IOException {
        repository = new Repository(folder);
        old = repository.publish(release("1.0"));
        next = repository.publish(release("1.1"));
        repository.publishDeltas(old, next);
    }

    /// Some bytes of each 16 KiB are its own, and so is a part that fills more than one frame.
    private static BuiltRelease release(String version) throws IOException {
        return BuiltRelease.build(
                repository.builds().resolve(version),
                version,
                BuiltRelease.Terms.DEFAULT,
                image(version, 3_400_000, 2_000_000),
                image(version, 200_000, 0));
    }

    private static byte[] image(String version, int sizeBytes, int ownBytes) {
        var bytes = new byte[sizeBytes];
        new SplittableRandom(sizeBytes).nextBytes(bytes);
        var random = new SplittableRandom(version.hashCode());
        for (int at = 0; at < sizeBytes; at += 16 << 10) bytes[at] = (byte) random.nextInt();
        var own = new byte[ownBytes];
        random.nextBytes(own);
        System.arraycopy(own, 0, bytes, sizeBytes / 5, ownBytes);
        return bytes;
    }

    private static Field field(long seed) throws IOException {
        var field = new Field(repository, old, seed);
        field.server.assign("r-1", next);
        return field;
    }

    @Test
    void an_update_comes_by_its_deltas_alone() throws IOException {
        Field field = field(1);
        field.bootAndWork();
        assertThat(field.device.release(Slot.B)).as(field.logText()).contains(next);
        assertThat(field.server.paths).noneMatch(path -> path.startsWith("packs/"));
        assertThat(field.server.paths).noneMatch(path -> path.startsWith("locations/"));
        assertThat(field.server.mostTimes()).isEqualTo(1);
        assertThat(field.server.downloaded).isBetween(2_000_000L, 2_100_000L);
        assertThat(field.logText())
                .containsPattern("plan for release 1.1 for slot b, slot_image: .* of a delta")
                .doesNotContain("no delta");
        field.bootAndWork();
        assertThat(field.server.outcomes()).endsWith(Outcome.COMMITTED);
    }

    @Test
    void a_cut_at_every_write_costs_no_byte_that_had_arrived() throws IOException {
        Field whole = field(1);
        whole.bootAndWork();
        long all = whole.device.power.operations();
        long bytes = whole.server.downloaded;
        int costly = 0;
        for (long cutAt = 1; cutAt <= all; cutAt++) {
            Field field = field(cutAt);
            field.device.power.cutAt(cutAt);
            try {
                field.bootAndWork();
            } catch (PowerSupply.PowerCut cut) {
                assertThat(field.device.release(Slot.A)).contains(old);
            }
            for (int boot = 0; boot < 3; boot++) {
                if (field.server.outcomes().contains(Outcome.COMMITTED)) break;
                field.bootAndWork();
            }
            assertThat(field.device.release(Slot.B)).as("cut at %d", cutAt).contains(next);
            assertThat(field.server.outcomes()).as("cut at %d", cutAt).contains(Outcome.COMMITTED);
            assertThat(field.server.downloaded)
                    .as("cut at %d", cutAt)
                    .isLessThan(bytes + MOST_FRAME_BYTES);
            if (field.server.downloaded > bytes) costly++;
        }
        // only while one of the three frames is being put away: a write and a flush
        assertThat(costly).isLessThanOrEqualTo(3 * 2);
    }

    /// Of the smallest deltas.
    private static final int MOST_FRAME_BYTES = 1_900_000;

    @Test
    void a_rotten_old_slot_makes_the_update_go_on_by_chunks_and_say_so() throws IOException {
        Field field = field(1);
        field.device.boot();
        field.device.healthy();
        field.device.disk("slot-a").rotUncached(1_000, 3);
        field.work(Duration.ofMinutes(2));
        assertThat(field.device.release(Slot.B)).as(field.logText()).contains(next);
        assertThat(field.logText()).contains("goes on without a delta: delta: expected chunk");
        assertThat(field.server.checkIns.getLast().condition().lastError())
                .startsWith("goes on without a delta");
    }

    /// As by a lack of memory: the agent ends between the word that it applies a frame and the
    /// frame's end, at each start.
    @Test
    void a_delta_that_ends_the_agent_again_and_again_is_left_alone() throws IOException {
        Field field = field(1);
        for (int tries = 1; tries <= Ledger.MOST_DELTA_TRIES; tries++) {
            field.device.boot();
            field.device.healthy();
            field.device.power.cutAtWriteTo("slot-b", 0);
            assertThatThrownBy(() -> field.work(Duration.ofMinutes(2)))
                    .isInstanceOf(PowerSupply.PowerCut.class);
            field.device.power.back();
            assertThat(deltaTries(field)).as(field.logText()).isEqualTo(tries);
        }
        field.bootAndWork();
        assertThat(field.logText()).contains("no delta: it was of no use for this release");
        assertThat(field.device.release(Slot.B)).as(field.logText()).contains(next);
    }

    private static int deltaTries(Field field) {
        var silent = new Log(new PrintStream(OutputStream.nullOutputStream(), true, UTF_8));
        return new Memory(new StatePartition(field.device.disk("state")), silent)
                .ledger(next.digest(), Slot.B)
                .deltaTries();
    }

    @TestFactory
    Stream<DynamicTest> a_carrier_that_alters_deltas_costs_time_only() {
        Map<String, SimulatedServer.Carrier> faults = new TreeMap<>();
        faults.put(
                "flipped",
                CarrierTest.only("deltas/", bytes -> CarrierTest.flipped(bytes, bytes.length / 2)));
        faults.put("cut short", CarrierTest.only("deltas/", CarrierTest::half));
        faults.put("empty", CarrierTest.only("deltas/", _ -> new byte[0]));
        return faults.entrySet().stream()
                .map(fault ->
                        DynamicTest.dynamicTest(
                                fault.getKey(), () -> alteredForAWhile(fault.getValue())));
    }

    private static void alteredForAWhile(SimulatedServer.Carrier fault) throws IOException {
        Field field = field(1);
        field.server.carrier = fault;
        field.bootAndWork();
        assertThat(field.device.release(Slot.B)).isEmpty();
        field.server.carrier = (path, bytes) -> bytes;
        field.work(LONG);
        assertThat(field.device.release(Slot.B)).as(field.logText()).contains(next);
    }

    /// What arrives of a frame is progress: the pauses between the connections stay short.
    @Test
    void a_link_that_breaks_in_every_frame_again_and_again_brings_it_all_the_same()
            throws IOException {
        Field field = field(1);
        field.server.carrier =
                CarrierTest.only(
                        "deltas/", bytes -> Arrays.copyOf(bytes, Math.min(bytes.length, 40_000)));
        field.device.boot();
        field.device.healthy();
        field.work(Duration.ofMinutes(15));
        assertThat(field.device.release(Slot.B)).as(field.logText()).contains(next);
        assertThat(field.server.mostTimes()).isEqualTo(1);
    }

    @Test
    void a_carrier_without_the_delta_brings_chunks() throws IOException {
        Field field = field(1);
        field.server.carrier =
                (path, bytes) -> {
                    if (path.startsWith("deltas/")) throw new ContentFault.NotCarried(path);
                    return bytes;
                };
        field.bootAndWork();
        assertThat(field.device.release(Slot.B)).as(field.logText()).contains(next);
        assertThat(field.logText()).contains("no delta: the carrier does not have it");
    }
}

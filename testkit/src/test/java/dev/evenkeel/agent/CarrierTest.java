// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.content.Locations;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.message.ContentMirror;
import dev.evenkeel.core.message.Stage;
import dev.evenkeel.testkit.BuiltRelease;
import dev.evenkeel.testkit.Field;
import dev.evenkeel.testkit.Repository;
import dev.evenkeel.testkit.SimulatedServer;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// A carrier that is broken, slow or hostile costs time, never a wrong byte and never a failed
/// update.
class CarrierTest {
    @TempDir Path folder;

    static byte[] flipped(byte[] bytes, int at) {
        byte[] wrong = bytes.clone();
        wrong[Math.min(at, wrong.length - 1)] ^= 1;
        return wrong;
    }

    static byte[] half(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length / 2);
    }

    private static byte[] longer(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    /// Sound, and one place short of what the index has.
    private static byte[] oneFewer(byte[] bytes) {
        Digest index = Digest.ofRaw(Arrays.copyOfRange(bytes, 20, 20 + Digest.SIZE_BYTES));
        Locations whole = Locations.read(bytes, index);
        List<Locations.Place> fewer = whole.places().subList(1, whole.places().size());
        return new Locations(index, whole.packs(), fewer).toBytes();
    }

    @TestFactory
    Stream<DynamicTest> an_update_waits_out_a_carrier_that_delivers() throws IOException {
        var repository = new Repository(folder);
        repository.publish("1.0");
        BuiltRelease next = repository.publish("1.1");
        Map<String, SimulatedServer.Carrier> faults = new TreeMap<>();
        for (String kind : List.of("metadata/", "targets/", "indexes/", "locations/", "packs/")) {
            faults.put(kind + " with a flipped bit", only(kind, bytes -> flipped(bytes, 200)));
            faults.put(kind + " cut short", only(kind, CarrierTest::half));
            faults.put(kind + " empty", only(kind, _ -> new byte[0]));
            faults.put(
                    kind + " not at all",
                    (path, bytes) -> {
                        if (path.startsWith(kind)) throw new IOException("503");
                        return bytes;
                    });
        }
        faults.put("indexes/ with something behind them", only("indexes/", CarrierTest::longer));
        faults.put("locations/ of another index", only("locations/", CarrierTest::oneFewer));
        return faults.entrySet().stream()
                .map(fault ->
                        DynamicTest.dynamicTest(
                                fault.getKey(), () -> waitOut(repository, next, fault.getValue())));
    }

    interface Change {
        byte[] of(byte[] bytes);
    }

    static SimulatedServer.Carrier only(String kind, Change change) {
        return (path, bytes) -> path.startsWith(kind) ? change.of(bytes) : bytes;
    }

    private static void waitOut(
            Repository repository, BuiltRelease next, SimulatedServer.Carrier fault)
            throws IOException {
        var field = new Field(repository, repository.releases.getFirst(), 1);
        field.server.assign("r-1", next);
        field.server.carrier = fault;
        field.device.boot();
        field.device.healthy();
        Agent agent = field.work(Duration.ofMinutes(5));
        assertThat(agent.hasEnded()).as("nothing was armed").isFalse();
        assertThat(agent.stage().name()).isIn(Stage.IDLE, Stage.PLANNED, Stage.WRITING);
        assertThat(field.server.checkIns.getLast().condition().lastError()).isNotEmpty();
        field.server.carrier = (_, bytes) -> bytes;
        field.work(agent, Duration.ofMinutes(15));
        assertThat(agent.stage().name()).as(field.logText()).isEqualTo(Stage.REBOOTING);
        assertThat(field.device.release(dev.evenkeel.core.Slot.B)).contains(next);
    }

    @Test
    void a_link_that_drops_all_the_time_still_ends_in_an_update() throws IOException {
        var field = new Field(folder);
        BuiltRelease next = field.repository.publish("1.1");
        field.server.assign("r-1", next);
        var random = new Random(5);
        field.server.carrier =
                (path, bytes) -> {
                    if (!path.startsWith("packs/")) return bytes;
                    if (random.nextInt(3) == 0) throw new EOFException("connection reset");
                    return random.nextBoolean()
                            ? bytes
                            : Arrays.copyOf(bytes, random.nextInt(bytes.length) + 1);
                };
        field.device.boot();
        field.device.healthy();
        Agent agent = field.work(Duration.ofHours(8));
        assertThat(agent.stage().name()).as(field.logText()).isEqualTo(Stage.REBOOTING);
        assertThat(field.device.release(dev.evenkeel.core.Slot.B)).contains(next);
    }

    @Test
    void a_lying_mirror_is_named_set_aside_and_never_gets_a_byte_into_a_slot() throws IOException {
        var field = new Field(folder);
        BuiltRelease next = field.repository.publish("1.1");
        field.server.assign("r-1", next);
        field.server.mirrors.put(
                ContentMirror.parse("http://liar.example/"), (_, bytes) -> flipped(bytes, 200));
        field.device.boot();
        field.device.healthy();
        Agent agent = field.work(Duration.ofMinutes(5));
        assertThat(agent.stage().name()).as(field.logText()).isEqualTo(Stage.REBOOTING);
        assertThat(field.device.release(dev.evenkeel.core.Slot.B)).contains(next);
        assertThat(field.server.mirrorPaths).hasSizeBetween(1, 2);
        assertThat(field.logText())
                .contains("carrier http://liar.example/ brought wrong bytes, and is not asked for");
    }

    @Test
    void an_update_comes_by_a_mirror_and_the_server_only_says_what_is_not_named_by_its_digest()
            throws IOException {
        var field = new Field(folder);
        BuiltRelease next = field.repository.publish("1.1");
        field.server.assign("r-1", next);
        field.server.mirrors.put(ContentMirror.parse("http://far.example/"), (_, bytes) -> bytes);
        field.device.boot();
        field.device.healthy();
        Agent agent = field.work(Duration.ofMinutes(5));
        assertThat(agent.stage().name()).as(field.logText()).isEqualTo(Stage.REBOOTING);
        assertThat(field.device.release(dev.evenkeel.core.Slot.B)).contains(next);
        assertThat(field.server.mirrorPaths).anyMatch(path -> path.startsWith("packs/"));
        assertThat(field.server.paths)
                .noneMatch(path -> path.startsWith("packs/") || path.startsWith("indexes/"));
    }

    @Test
    void a_mirror_that_breaks_off_costs_no_byte_and_no_pause() throws IOException {
        var field = new Field(folder);
        BuiltRelease next = field.repository.publish("1.1");
        field.server.assign("r-1", next);
        field.server.mirrors.put(
                ContentMirror.parse("http://shaky.example/"), (_, bytes) -> half(bytes));
        field.device.boot();
        field.device.healthy();
        Agent agent = field.work(Duration.ofMinutes(5));
        assertThat(agent.stage().name()).as(field.logText()).isEqualTo(Stage.REBOOTING);
        assertThat(field.server.mostTimes()).isEqualTo(1);
        assertThat(field.logText()).contains("going on with the server");
        assertThat(field.logText()).doesNotContain("update waits");
    }

    @Test
    void a_server_that_is_away_is_asked_less_and_less_often() throws IOException {
        var field = new Field(folder);
        field.server.fault = java.util.Optional.of(new IOException("no route to host"));
        field.device.boot();
        field.device.healthy();
        field.work(Duration.ofHours(1));
        long attempts =
                field.logText().lines().filter(line -> line.contains("next attempt")).count();
        assertThat(attempts).isBetween(8L, 25L);
    }

    @Test
    void a_busy_server_is_not_asked_before_the_time_that_it_said() throws IOException {
        var field = new Field(folder);
        field.server.fault =
                java.util.Optional.of(
                        new Server.Refusal(503, Duration.ofMinutes(10), "too many devices"));
        field.device.boot();
        field.device.healthy();
        field.work(Duration.ofMinutes(35));
        long attempts =
                field.logText().lines().filter(line -> line.contains("next attempt")).count();
        assertThat(attempts).isBetween(3L, 4L);
    }
}

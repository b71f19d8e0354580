// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Slot;
import dev.evenkeel.core.message.Stage;
import dev.evenkeel.lab.net.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/// The real agent and the real server with a bad network between them, from each stage of an update
/// on: no fault fails an install, the device says what is wrong, and when the network is good again
/// it finishes without fetching anything twice.
class HostileNetworkTest {
    private static final HttpsServer.Patience SHORT =
            new HttpsServer.Patience(Duration.ofMillis(400), Duration.ofMillis(400));

    /// Of real time; the pauses of the agent pass sixty times as fast.
    private static final Duration WHILE_BROKEN = Duration.ofMillis(900);

    private static final Duration AT_MOST = Duration.ofSeconds(60);

    @TempDir static Path folder;
    private static Site site;

    /// Most of the time of each is waiting.
    private static final ExecutorService LANES = Executors.newFixedThreadPool(4);

    @BeforeAll
    static void a_server_with_1_1_for_everybody() throws IOException {
        site = new Site(folder, 900_000);
    }

    @AfterAll
    static void stop() {
        LANES.close();
        site.close();
    }

    /// When the network breaks: the line of the agent's log, and the name for it.
    private enum Moment {
        ENROLMENT("; update: idle"),
        PLAN("update: planned"),
        DOWNLOAD("update: writing"),
        REBOOT("update: rebooting");

        private final String line;

        Moment(String line) {
            this.line = line;
        }
    }

    /// What the device has to say of a fault, whatever else it says.
    private static Map<Fault, String> faults() {
        var faults = new LinkedHashMap<Fault, String>();
        faults.put(new Fault.Refuse(), "the connection broke");
        faults.put(new Fault.HalfOpen(), "nothing arrives any more");
        faults.put(new Fault.Portal(false), "a captive portal");
        faults.put(new Fault.Portal(true), "certificate of another server");
        faults.put(new Fault.StallAfter(700), "nothing arrives any more");
        faults.put(new Fault.ResetAfter(700), "connection broke");
        faults.put(new Fault.TruncateAfter(700), "connection broke");
        faults.put(new Fault.CorruptEvery(600), "connection broke");
        faults.put(new Fault.GarbageEvery(600), "");
        faults.put(new Fault.DuplicateEvery(600), "connection broke");
        return faults;
    }

    @TestFactory
    List<DynamicTest> an_update_waits_for_a_better_network() {
        var tests = new ArrayList<DynamicTest>();
        faults().forEach((fault, says) -> {
            for (Moment moment : Moment.values()) {
                String name = fault + " from " + moment;
                tests.add(started(name, () -> waitOut(fault, moment, says)));
            }
        });
        return tests;
    }

    private static void waitOut(Fault fault, Moment moment, String says) throws Exception {
        try (var device = new LinkedDevice(site, List.of(), 7, new HurriedClock(60), SHORT)) {
            breakAt(device, moment, fault);
            assertThat(device.agent().stage().name()).as(device.log()).isNotEqualTo(Stage.FAILED);
            assertThat(device.log()).contains(says);
            assertThat(device.live().serverFault() + device.live().waitingFor()).isNotEmpty();
            device.link.replace(List.of());
            assertFinishes(device);
        }
    }

    private static void breakAt(LinkedDevice device, Moment moment, Fault fault) throws Exception {
        if (moment == Moment.ENROLMENT) device.link.replace(List.of(fault));
        else device.when(moment.line, () -> device.link.replace(List.of(fault)));
        device.work(() -> !device.link.faults().isEmpty(), AT_MOST);
        if (moment == Moment.REBOOT) {
            assertThat(device.agent().hasEnded()).as(device.log()).isTrue();
            device.boot();
        }
        device.work(() -> false, WHILE_BROKEN);
    }

    private static void assertFinishes(LinkedDevice device) throws Exception {
        assertThat(device.succeeds(AT_MOST)).as(device.log()).isTrue();
        assertThat(device.device.release(Slot.B)).contains(site.next);
        assertThat(device.server.again()).as("payload that came twice\n" + device.log()).isZero();
    }

    /// Bad in a way in which an update still gets on.
    @TestFactory
    List<DynamicTest> an_update_finishes_over_a_network_that_stays_bad() {
        Map<String, List<Fault>> networks = new LinkedHashMap<>();
        networks.put("slow and far", List.of(rate(200_000), new Fault.Latency(millis(30))));
        networks.put(
                "cut again and again", List.of(new Fault.CutEvery(millis(150)), rate(400_000)));
        networks.put("resets", List.of(new Fault.ResetAfter(30_000)));
        networks.put("short answers", List.of(new Fault.TruncateAfter(30_000)));
        networks.put("stalls", List.of(new Fault.StallAfter(60_000)));
        networks.put("bits that flip", List.of(new Fault.CorruptEvery(60_000)));
        networks.put("garbage", List.of(new Fault.GarbageEvery(60_000)));
        networks.put("pieces twice", List.of(new Fault.DuplicateEvery(60_000)));
        var tests = new ArrayList<DynamicTest>();
        networks.forEach((name, faults) -> tests.add(started(name, () -> finish(faults))));
        return tests;
    }

    private static DynamicTest started(String name, Executable test) {
        Future<?> result =
                LANES.submit(() -> {
                    try {
                        test.execute();
                    } catch (Throwable failed) {
                        throw new ExecutionException(failed);
                    }
                    return null;
                });
        return DynamicTest.dynamicTest(name, result::get);
    }

    private static void finish(List<Fault> faults) throws Exception {
        try (var device = new LinkedDevice(site, faults, 11, new HurriedClock(60), SHORT)) {
            assertFinishes(device);
        }
    }

    private static Fault rate(long bytesPerSecond) {
        return new Fault.Bandwidth(bytesPerSecond);
    }

    private static Duration millis(long count) {
        return Duration.ofMillis(count);
    }
}

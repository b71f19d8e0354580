// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.evenkeel.content.ContentFolder;
import dev.evenkeel.content.ContentPath;
import dev.evenkeel.content.RandomBytes;
import dev.evenkeel.content.delta.DeltaApply;
import dev.evenkeel.content.delta.DeltaFile;
import dev.evenkeel.core.Payload;
import dev.evenkeel.core.Slot;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.message.Running;
import dev.evenkeel.server.delta.DeltaOptions;
import dev.evenkeel.trust.MetadataSource;
import dev.evenkeel.trust.TargetFile;
import dev.evenkeel.trust.TufClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the server does about deltas by itself, seen by devices and operators. Slot images change
/// in single bytes everywhere, which chunks cannot follow and a delta can; boot images are so small
/// that a delta saves nothing.
class DeltaQueueTest {
    private static final long MEMORY = 64L << 20;
    private static final int SLOT_BYTES = 1_500_000;

    @TempDir Path folder;

    private static DeltaOptions deltas(Duration grace) {
        return DeltaOptions.DEFAULT.withPace(
                new DeltaOptions.Pace(Duration.ofMillis(50), Duration.ofMillis(20), grace));
    }

    private RunningServer server(Duration grace) throws IOException {
        return new RunningServer(
                RunningServer.options(folder.resolve("data")).withDeltas(deltas(grace)));
    }

    private TestRelease release(int number) throws IOException {
        var slot = new byte[SLOT_BYTES];
        new Random(1).nextBytes(slot);
        var random = new Random(number);
        for (int i = 0; number > 0 && i < 60; i++) slot[random.nextInt(slot.length)]++;
        String version = "1." + number;
        return TestRelease.build(folder.resolve(version), version, slot);
    }

    /// Asks until the delta of a kind is as it should be.
    private static JsonObject awaits(
            Client operator, String to, Payload.Kind kind, Predicate<JsonObject> wanted)
            throws IOException {
        Instant latest = Instant.now().plusSeconds(120);
        JsonObject answer = JsonObject.EMPTY;
        while (Instant.now().isBefore(latest)) {
            answer = Client.json(operator.get("/api/v1/deltas"));
            for (JsonObject delta : answer.array("deltas").objects()) {
                boolean isIt =
                        delta.text("to").equals(to) && delta.text("kind").equals(kind.toString());
                if (isIt && wanted.test(delta)) return delta;
            }
            pause();
        }
        throw new AssertionError("not as awaited: " + answer);
    }

    /// Until the server is asked again.
    private static void pause() {
        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }

    private static Predicate<JsonObject> is(String state) {
        return delta -> delta.text("state").equals(state);
    }

    private static JsonObject awaitsSlot(RunningServer home, String to, String state)
            throws IOException {
        return awaits(home.operator, to, Payload.Kind.SLOT_IMAGE, is(state));
    }

    /// A delta's target, as a device finds it.
    private static Optional<TargetFile> finds(FakeAgent device, TestRelease old, TestRelease fresh)
            throws IOException {
        MetadataSource source =
                (file, _) -> {
                    var response = device.client.get("/content/v1/home/metadata/" + file);
                    return response.statusCode() == 200
                            ? Optional.of(response.body())
                            : Optional.empty();
                };
        byte[] root = source.fetch("1.root.json", 1 << 20).orElseThrow();
        return new TufClient(new RememberedTrust(root), source)
                .refresh(Instant.now())
                .find(
                        ContentPath.deltaTarget(
                                old.manifest().payload(Payload.Kind.SLOT_IMAGE).digest(),
                                fresh.manifest().payload(Payload.Kind.SLOT_IMAGE).digest()));
    }

    /// The delta, fetched in ranges.
    private static byte[] fetches(FakeAgent device, TargetFile target, long bytes)
            throws IOException {
        var all = new ByteArrayOutputStream();
        while (all.size() < bytes) {
            long last = Math.min(bytes, all.size() + 10_000L) - 1;
            var response =
                    device.client.get(
                            "/content/v1/home/" + ContentPath.delta(target.digest()),
                            Map.of("Range", "bytes=" + all.size() + "-" + last));
            assertThat(response.statusCode()).isEqualTo(206);
            assertThat(response.headers().firstValue("Cache-Control").orElseThrow())
                    .contains("immutable");
            all.writeBytes(response.body());
        }
        return all.toByteArray();
    }

    @Test
    void ahead_of_any_rollout_devices_find_a_delta_that_makes_the_new_image() throws IOException {
        try (var home = server(Duration.ofHours(1))) {
            TestRelease old = release(0);
            TestRelease fresh = release(1);
            home.publish(old);
            FakeAgent device = home.device();
            device.checksIn();
            home.publish(fresh);

            JsonObject shown = awaitsSlot(home, "1.1", "ready");

            assertThat(shown.text("from")).isEqualTo("1.0");
            assertThat(shown.flag("for_rollout")).isFalse();
            assertThat(shown.integer("cpu_ms")).isPositive();
            assertThat(shown.integer("bytes")).isLessThan(shown.integer("chunk_bytes") / 100);
            assertThat(shown.integer("full_bytes"))
                    .isBetween(shown.integer("chunk_bytes"), 2L * SLOT_BYTES);
            TargetFile target = finds(device, old, fresh).orElseThrow();
            assertThat(target.digest().hex()).isEqualTo(shown.text("name"));
            byte[] delta = fetches(device, target, shown.integer("bytes"));
            target.verify(java.util.Arrays.copyOf(delta, (int) target.sizeBytes()));
            Path file = Files.write(folder.resolve("delta"), delta);
            Path made = folder.resolve("made");
            try (DeltaFile opened = DeltaFile.open(file);
                    RandomBytes base = RandomBytes.open(old.folder().resolve("slot.img"))) {
                new DeltaApply(opened.head(), base, MEMORY).image(opened, made, done -> {});
            }
            assertThat(made).hasSameBinaryContentAs(fresh.folder().resolve("slot.img"));
            assertThat(home.show(device).integer("payload_bytes_served")).isEqualTo(delta.length);
            awaits(home.operator, "1.1", Payload.Kind.BOOT_IMAGE, is("useless"));
            plans(home, shown);
            awaitsTidy(home);
        }
    }

    /// The plan has every way there is, the cheapest first.
    private static void plans(RunningServer home, JsonObject delta) throws IOException {
        JsonObject plan = Client.json(home.operator.get("/api/v1/releases/1.1/plan?from=1.0"));
        JsonObject slot =
                plan.array("images").objects().stream()
                        .filter(image -> image.text("kind").equals("slot_image"))
                        .findFirst()
                        .orElseThrow();
        assertThat(slot.array("ways").objects())
                .extracting(way -> way.text("way"), way -> way.integer("bytes"))
                .containsExactly(
                        tuple("delta", delta.integer("bytes")),
                        tuple("chunks", delta.integer("chunk_bytes")),
                        tuple("full", delta.integer("full_bytes")));
        assertThat(plan.integer("bytes")).isLessThan(plan.integer("full_bytes"));

        JsonObject same = Client.json(home.operator.get("/api/v1/releases/1.1/plan?from=1.1"));
        assertThat(same.integer("bytes")).isZero();
        assertThat(home.operator.get("/api/v1/releases/1.1/plan").statusCode()).isEqualTo(400);
    }

    @Test
    void a_delta_that_saves_nothing_is_not_published_and_not_made_again() throws IOException {
        JsonObject slot;
        JsonObject boot;
        try (var home = server(Duration.ofHours(1))) {
            home.publish(release(0));
            home.device().checksIn();
            home.publish(release(1));
            boot = awaits(home.operator, "1.1", Payload.Kind.BOOT_IMAGE, is("useless"));
            slot = awaitsSlot(home, "1.1", "ready");
            assertThat(boot.text("reason"))
                    .isEqualTo(
                            "it has "
                                    + boot.integer("bytes")
                                    + " bytes, the chunks that it would save have "
                                    + boot.integer("chunk_bytes"));
            assertThat(files(home, "repository/deltas")).hasSize(1);
        }
        try (var home = server(Duration.ofHours(1))) {
            // what was measured then is what is shown now: nothing was made a second time
            assertThat(awaits(home.operator, "1.1", Payload.Kind.BOOT_IMAGE, is("useless")))
                    .isEqualTo(boot);
            assertThat(awaitsSlot(home, "1.1", "ready")).isEqualTo(slot);
        }
    }

    @Test
    void what_a_rollout_brings_comes_first_and_the_release_page_shows_what_it_costs()
            throws IOException {
        try (var home = server(Duration.ofHours(1))) {
            home.publish(release(0));
            home.publish(release(1));
            home.publish(release(2));
            home.device().checksIn();
            home.rollOut("1.1");

            awaitsSlot(home, "1.1", "ready");
            awaitsSlot(home, "1.2", "ready");

            List<JsonObject> all =
                    Client.json(home.operator.get("/api/v1/deltas")).array("deltas").objects();
            assertThat(all).hasSize(4);
            assertThat(all.getFirst().text("to")).isEqualTo("1.1");
            assertThat(all.getFirst().flag("for_rollout")).isTrue();
            assertThat(all.getLast().flag("for_rollout")).isFalse();
            assertThat(releasePage(home, "1.1"))
                    .contains("What devices fetch for it", "By delta", "1.50 MB");
        }
    }

    @Test
    void a_device_is_told_to_begin_when_its_delta_is_there() throws IOException {
        try (var home = server(Duration.ofHours(1))) {
            home.publish(release(0));
            FakeAgent device = home.device();
            device.checksIn();
            home.publish(release(1));
            home.rollOut("1.1");

            assertThat(device.checksIn().assignment()).isEmpty();
            assertThat(home.show(device).text("waits_for"))
                    .isEqualTo("the delta from 1.0 to 1.1 is being made");

            awaitsSlot(home, "1.1", "ready");
            awaits(home.operator, "1.1", Payload.Kind.BOOT_IMAGE, is("useless"));
            assertThat(device.checksIn().assignment()).isPresent();
        }
    }

    private static String releasePage(RunningServer home, String release) throws IOException {
        var login =
                home.nobody.post(
                        "/login", ("token=" + home.server.operatorToken()).getBytes(UTF_8));
        String set = login.headers().firstValue("Set-Cookie").orElseThrow();
        String cookie = set.substring(0, set.indexOf(';'));
        return Client.text(
                home.nobody.get("/releases/qemu-x86/" + release, Map.of("Cookie", cookie)));
    }

    @Test
    void a_delta_that_no_device_needs_any_more_is_withdrawn_and_its_file_goes_after_the_grace()
            throws IOException {
        try (var home = server(Duration.ZERO)) {
            TestRelease old = release(0);
            TestRelease fresh = release(1);
            home.publish(old);
            home.publish(fresh);
            FakeAgent device = home.device();
            FakeAgent other = home.device();
            device.checksIn();
            other.checksIn();
            awaitsSlot(home, "1.1", "ready");

            device.boots("1.1", fresh.digest());
            device.checksIn();
            assertThat(finds(device, old, fresh)).as("the other needs it").isPresent();

            other.boots("1.1", fresh.digest());
            other.checksIn();
            awaitsNone(home);

            assertThat(finds(device, old, fresh)).isEmpty();
            assertThat(files(home, "repository/deltas")).isEmpty();
            assertThat(ContentFolder.open(home.data.resolve("repository")).check().problems())
                    .isEmpty();
        }
    }

    @Test
    void a_delta_stays_while_a_device_tries_what_it_made_and_while_a_download_may_go_on()
            throws IOException {
        try (var home = server(Duration.ofHours(1))) {
            TestRelease old = release(0);
            TestRelease fresh = release(1);
            home.publish(old);
            home.publish(fresh);
            FakeAgent device = home.device();
            device.checksIn();
            home.rollOut("1.1");
            JsonObject shown = awaitsSlot(home, "1.1", "ready");

            device.boots(
                    new Running(Slot.B, new Version("1.1"), Optional.of(fresh.digest()), true));
            device.checksIn();
            FakeAgent third = home.device();
            third.boots("1.1", fresh.digest());
            third.checksIn();
            awaits(home.operator, "1.1", Payload.Kind.SLOT_IMAGE, now -> !now.flag("for_rollout"));
            assertThat(finds(device, old, fresh)).isPresent();

            device.boots("1.1", fresh.digest());
            device.checksIn();
            awaitsNone(home);
            assertThat(finds(device, old, fresh)).isEmpty();
            assertThat(files(home, "repository/deltas")).containsExactly(shown.text("name"));
        }
    }

    private static void awaitsNone(RunningServer home) throws IOException {
        Instant latest = Instant.now().plusSeconds(60);
        while (Instant.now().isBefore(latest)) {
            if (Client.json(home.operator.get("/api/v1/deltas")).array("deltas").items().isEmpty())
                return;
            pause();
        }
        throw new AssertionError("deltas are still looked after");
    }

    @Test
    void a_pair_whose_old_image_rotted_is_given_up_after_three_tries_and_tells_why()
            throws IOException {
        try (var home = server(Duration.ofHours(1))) {
            home.publish(release(0));
            Path pack = TestRelease.largest(home.data.resolve("repository/packs"));
            byte[] rotten = Files.readAllBytes(pack);
            for (int at = 100; at < rotten.length; at += 1_000) rotten[at] ^= 1;
            Files.write(pack, rotten);
            home.device().checksIn();
            home.publish(release(1));

            JsonObject failed =
                    awaits(
                            home.operator,
                            "1.1",
                            Payload.Kind.SLOT_IMAGE,
                            delta -> is("failed").test(delta) && delta.integer("tries") == 3);

            assertThat(failed.text("reason")).contains("frame of chunk", "given up after 3 tries");
            awaits(home.operator, "1.1", Payload.Kind.BOOT_IMAGE, is("useless"));
            awaitsTidy(home);
        }
    }

    @Test
    void a_delta_whose_file_is_lost_is_withdrawn_and_made_again() throws IOException {
        TestRelease old = release(0);
        TestRelease fresh = release(1);
        try (var home = server(Duration.ofHours(1))) {
            home.publish(old);
            home.device().checksIn();
            home.publish(fresh);
            JsonObject shown = awaitsSlot(home, "1.1", "ready");
            Files.delete(home.data.resolve("repository/deltas").resolve(shown.text("name")));
        }
        try (var home = server(Duration.ofHours(1))) {
            JsonObject again = awaitsSlot(home, "1.1", "ready");
            assertThat(files(home, "repository/deltas")).containsExactly(again.text("name"));
            assertThat(finds(home.device(), old, fresh)).isPresent();
        }
    }

    @Test
    void a_server_that_is_killed_while_it_makes_a_delta_goes_on_and_leaves_nothing()
            throws IOException {
        Path data = folder.resolve("data");
        TestRelease old = release(0);
        TestRelease fresh = release(1);
        List<ProcessHandle> makers;
        try (var server = ServerProcess.startWithDeltas(data)) {
            Client operator = server.operator();
            publish(operator, old);
            String token =
                    Client.json(operator.post("/api/v1/enrolment-tokens", JsonObject.EMPTY))
                            .text("token");
            FakeAgent.enrol(server.address(), server.authority(), token).checksIn();
            publish(operator, fresh);
            awaits(operator, "1.1", Payload.Kind.SLOT_IMAGE, delta -> !is("waiting").test(delta));
            makers = server.descendants();
            server.kill();
        }
        for (ProcessHandle maker : makers) maker.onExit().join();
        try (var server = ServerProcess.startWithDeltas(data)) {
            JsonObject made =
                    awaits(server.operator(), "1.1", Payload.Kind.SLOT_IMAGE, is("ready"));
            awaits(server.operator(), "1.1", Payload.Kind.BOOT_IMAGE, is("useless"));
            server.stop();
            assertThat(list(data.resolve("deltas/work"))).isEmpty();
            ContentFolder.Check check = ContentFolder.open(data.resolve("repository")).check();
            assertThat(check.problems()).isEmpty();
            assertThat(list(data.resolve("repository/deltas"))).containsExactly(made.text("name"));
        }
    }

    private static void publish(Client operator, TestRelease release) throws IOException {
        var response =
                operator.send(
                        "POST",
                        "/api/v1/releases?channel=dev",
                        release.tar(),
                        Map.of("Content-Type", "application/x-tar"));
        assertThat(response.statusCode()).as(Client.text(response)).isEqualTo(201);
    }

    @Test
    void a_server_without_deltas_says_so_and_makes_none() throws IOException {
        try (var home = new RunningServer(folder.resolve("data"))) {
            home.publish(release(0));
            home.device().checksIn();
            home.publish(release(1));
            JsonObject answer = Client.json(home.operator.get("/api/v1/deltas"));
            assertThat(answer.flag("enabled")).isFalse();
            assertThat(answer.text("note")).contains("--no-deltas");
            assertThat(answer.array("deltas").items()).isEmpty();
        }
    }

    /// Nothing temporary is left: the folder goes a moment after the verdict is shown.
    private static void awaitsTidy(RunningServer home) throws IOException {
        Instant latest = Instant.now().plusSeconds(30);
        while (!files(home, "deltas/work").isEmpty() && Instant.now().isBefore(latest)) pause();
        assertThat(files(home, "deltas/work")).isEmpty();
        assertThat(files(home, "repository/.incoming")).isEmpty();
    }

    private static List<String> files(RunningServer home, String inside) throws IOException {
        return list(home.data.resolve(inside));
    }

    private static List<String> list(Path inside) throws IOException {
        try (Stream<Path> files = Files.list(inside)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}

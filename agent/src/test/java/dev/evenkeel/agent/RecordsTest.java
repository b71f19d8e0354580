// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.boot.Region;
import dev.evenkeel.core.BootId;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.Payload;
import dev.evenkeel.core.RolloutId;
import dev.evenkeel.core.Slot;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.PrettyJson;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.core.message.BootReport.Outcome;
import dev.evenkeel.trust.DeviceCertificate;
import dev.evenkeel.trust.PrivateKey;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What a version wrote, the one before and the one after must read: after a fallback the older
/// agent meets the newer one's records, and the other way round after an update.
class RecordsTest {
    private static final String CERTIFICATE =
            "MIIBRjCB+aADAgECAgkAgeX+S7WGPCMwBQYDK2VwMB4xHDAaBgNVBAMME3NpbXVsYXRlZCBhdXRo"
                    + "b3JpdHkwHhcNMjYxMTIwMDAwMDAwWhcNMjYxMjIwMDAwMDAwWjApMScwJQYDVQQDDB5kZXYtMDEy"
                    + "MzQ1Njc4OWFiY2RlZmdoamttbnBxcnMwKjAFBgMrZXADIQDXWpgBgrEKt9VL/tPJZAc6DuFy89qm"
                    + "IyWvAhpo9wdRGqNJMEcwRQYDVR0RBD4wPIY6dXJuOmV2ZW5rZWVsOmRlZmF1bHQ6ZGV2aWNlOmRl"
                    + "di0wMTIzNDU2Nzg5YWJjZGVmZ2hqa21ucHFyczAFBgMrZXADQQAvVFpkmtahh7mj4flUQU8iZsgG"
                    + "2HjVpUmTEQzP8TPlnL2+6x7wTY0BxL0usnHHUeORnO5ajE91ju5ECeDyk9IL";

    private static final BootId BOOT = new BootId("0f5e9d3c-7f0b-4a53-9d4f-1f2d3c4b5a69");
    private static final Update UPDATE = Samples.update(4, "r-7", "1.1");

    private record Format(JsonObject sample, Function<JsonObject, JsonObject> again) {}

    private static Map<String, UpdateStage> stages() {
        var stages = new TreeMap<String, UpdateStage>();
        stages.put("idle", new UpdateStage.Idle());
        stages.put("planned", new UpdateStage.Planned(UPDATE));
        stages.put("writing", new UpdateStage.Writing(UPDATE, 2));
        stages.put("verifying", new UpdateStage.Verifying(UPDATE, 1));
        stages.put("armed", new UpdateStage.Armed(UPDATE));
        stages.put("rebooting", new UpdateStage.Rebooting(UPDATE));
        stages.put("trial", new UpdateStage.Trial(UPDATE, "required check 50-app.sh failed: no"));
        stages.put("healthy", new UpdateStage.Healthy(UPDATE, "", 2));
        stages.put("unhealthy", new UpdateStage.Unhealthy(UPDATE, "required check 50-app.sh"));
        stages.put("committed", new UpdateStage.Committed(UPDATE, 1, true));
        stages.put("rolled-back", new UpdateStage.RolledBack(UPDATE, 3, "panic", false));
        stages.put("failed", new UpdateStage.Failed(Samples.subject(), "too large", false));
        return stages;
    }

    private static Journal journal(UpdateStage stage) {
        return new Journal(
                stage,
                4,
                Optional.of(BOOT),
                Optional.of(BOOT),
                List.of(new Journal.Settled(new RolloutId("r-6"), Samples.MANIFEST)),
                JsonObject.EMPTY);
    }

    private static Map<String, Format> formats() {
        Map<String, Format> formats = new TreeMap<>();
        stages().forEach((name, stage) ->
                formats.put(
                        "journal-" + name,
                        new Format(journal(stage).toJson(), json -> Journal.read(json).toJson())));
        formats.put(
                "ledger",
                new Format(
                        Ledger.begin(Samples.MANIFEST, Slot.B)
                                .with(Payload.Kind.SLOT_IMAGE, 700, 31_000_000)
                                .with(Payload.Kind.BOOT_IMAGE, 12, 31_500_000)
                                .toJson(),
                        json -> Ledger.read(json).toJson()));
        formats.put(
                "history",
                new Format(
                        History.EMPTY
                                .with(Slot.A, Samples.release("1.0"))
                                .with(Slot.B, Samples.release("1.1"))
                                .toJson(),
                        json -> History.read(json).toJson()));
        formats.put(
                "clock",
                new Format(
                        new ClockRecord(
                                        Instant.parse("2026-11-20T21:22:27Z"),
                                        Optional.empty(),
                                        Optional.empty(),
                                        128,
                                        JsonObject.EMPTY)
                                .toJson(),
                        json -> ClockRecord.read(json).toJson()));
        formats.put(
                "clock-signed",
                new Format(
                        new ClockRecord(
                                        Instant.parse("2026-11-20T21:22:27Z"),
                                        Optional.of(
                                                new ClockRecord.Signed(
                                                        Instant.parse("2026-11-20T18:00:00Z"),
                                                        Set.of("0a".repeat(32)))),
                                        Optional.of(new Version("1.2")),
                                        128,
                                        JsonObject.EMPTY)
                                .toJson(),
                        json -> ClockRecord.read(json).toJson()));
        formats.put(
                "restarts",
                new Format(
                        Restarts.NONE
                                .booted(Slot.B, Samples.release("1.1").version(), BOOT, false)
                                .booted(
                                        Slot.B,
                                        Samples.release("1.1").version(),
                                        new BootId("0f5e9d3c-7f0b-4a53-9d4f-1f2d3c4b5a70"),
                                        true)
                                .checked("slot-b differs")
                                .toJson(),
                        json -> Restarts.read(json).toJson()));
        formats.put(
                "reports",
                new Format(
                        new ReportQueue(9, List.of(), JsonObject.EMPTY)
                                .and(BOOT, Outcome.ROLLED_BACK, "an envelope".getBytes(UTF_8))
                                .toJson(),
                        json -> ReportQueue.read(json).toJson()));
        formats.put(
                "identity",
                new Format(
                        new Identity(
                                        PrivateKey.fromPkcs8(
                                                Base64.getDecoder()
                                                        .decode(
                                                                "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g")),
                                        Optional.empty(),
                                        JsonObject.EMPTY)
                                .with(
                                        DeviceCertificate.read(
                                                List.of(Base64.getDecoder().decode(CERTIFICATE))))
                                .toJson(),
                        json -> Identity.read(json).toJson()));
        return formats;
    }

    @TestFactory
    List<DynamicTest> every_record_reads_its_golden_file_and_writes_it_again() {
        return each((name, format) -> {
            String current = PrettyJson.write(format.sample());
            String golden = Expected.text("golden/" + name + "-v1.json", current);
            assertThat(current).isEqualTo(golden);
            JsonObject read = parse(golden);
            assertThat(format.again().apply(read).toString()).isEqualTo(read.toString());
        });
    }

    @TestFactory
    List<DynamicTest> a_later_versions_record_is_read_and_its_new_members_are_kept() {
        return each((name, format) -> {
            JsonObject later = later(format.sample());
            assertThat(format.again().apply(later).member("later_member"))
                    .isEqualTo(later.member("later_member"));
        });
    }

    @TestFactory
    List<DynamicTest> a_damaged_record_is_refused_in_one_way() {
        return each((name, format) -> {
            byte[] bytes = format.sample().toCanonicalBytes();
            for (int i = 0; i < bytes.length; i += 3) {
                byte[] flipped = bytes.clone();
                flipped[i] ^= 4;
                try {
                    assertThat(format.again().apply(parse(new String(flipped, UTF_8)))).isNotNull();
                } catch (MalformedInput refused) {
                    assertThat(refused).hasMessageNotContaining("Exception");
                }
            }
        });
    }

    @Test
    void a_stage_that_a_later_version_added_leaves_the_decision_to_the_boot_record() {
        JsonObject json = journal(new UpdateStage.Idle()).toJson();
        JsonObject later = json.with("stage", JsonObject.of("name", "rehearsing"));
        assertThat(Journal.read(later).stage()).isEqualTo(new UpdateStage.Idle());
    }

    @Test
    void a_release_that_failed_is_settled_for_its_rollout_and_for_no_other() {
        Journal failed =
                Journal.EMPTY.at(new UpdateStage.Failed(Samples.subject(), "too large", false));
        assertThat(failed.isSettled(new RolloutId("r-7"), Samples.MANIFEST)).isTrue();
        assertThat(failed.isSettled(new RolloutId("r-8"), Samples.MANIFEST)).isFalse();
    }

    @Test
    void a_full_queue_drops_an_ordinary_boot_before_a_report_that_settles_an_update() {
        ReportQueue queue = ReportQueue.EMPTY.and(BOOT, Outcome.ROLLED_BACK, new byte[1_500]);
        for (int i = 0; i < 100; i++) {
            BootId boot = new BootId(new java.util.UUID(1, i).toString());
            queue = queue.and(boot, Outcome.NONE, new byte[1_500]);
        }
        assertThat(queue.waiting()).hasSize(ReportQueue.MAX_WAITING);
        assertThat(queue.holds(BOOT, Outcome.ROLLED_BACK)).isTrue();
        assertThat(queue.toJson().toCanonicalBytes().length)
                .isLessThan(Region.REPORTS.capacityBytes());
    }

    private static JsonObject later(JsonObject json) {
        UnaryOperator<JsonObject> newer =
                one -> one.with("format", 2).with("later_member", JsonObject.of("a", 1));
        return newer.apply(json);
    }

    private static JsonObject parse(String text) {
        return StrictJson.parseObject(text.getBytes(UTF_8), 1 << 20);
    }

    private interface Check {
        void of(String name, Format format);
    }

    private static List<DynamicTest> each(Check check) {
        return formats().entrySet().stream()
                .map(entry ->
                        DynamicTest.dynamicTest(
                                entry.getKey(), () -> check.of(entry.getKey(), entry.getValue())))
                .toList();
    }
}

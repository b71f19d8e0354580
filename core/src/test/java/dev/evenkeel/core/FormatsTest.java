// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.core.message.Assignment;
import dev.evenkeel.core.message.AttackSeen;
import dev.evenkeel.core.message.BootReport;
import dev.evenkeel.core.message.CheckIn;
import dev.evenkeel.core.message.CheckInAnswer;
import dev.evenkeel.core.message.Condition;
import dev.evenkeel.core.message.ContentMirror;
import dev.evenkeel.core.message.Provisioning;
import dev.evenkeel.core.message.Running;
import dev.evenkeel.core.message.Stage;
import dev.evenkeel.core.message.UpdateProgress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Golden files: what a released version wrote must be read, and written again to the byte.
/// UPDATE_EXPECTED=1 makes the files of a format that was never released; a file of a released
/// version never changes.
class FormatsTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final Digest DIGEST = Digest.of("a release".getBytes(UTF_8));
    private static final FleetId FLEET = new FleetId("default");
    private static final DeviceId DEVICE = new DeviceId("dev-0123456789abcdefghjkmnpqrs");
    private static final BootId BOOT = new BootId("0f5e9d3c-7f0b-4a53-9d4f-1f2d3c4b5a69");
    private static final DeviceTime TIME =
            new DeviceTime(Instant.parse("2026-11-20T21:22:27Z"), ClockQuality.FLOOR);

    static Manifest manifest() {
        var slot =
                new Payload(
                        Payload.Kind.SLOT_IMAGE,
                        73_400_320,
                        Digest.of("slot".getBytes(UTF_8)),
                        new Payload.File(Digest.of("slot index".getBytes(UTF_8)), 80_700),
                        Optional.of(
                                new Payload.Verity(
                                        Digest.of("root".getBytes(UTF_8)),
                                        "00".repeat(32),
                                        17_771,
                                        72_790_016)));
        var boot =
                new Payload(
                        Payload.Kind.BOOT_IMAGE,
                        25_165_824,
                        Digest.of("boot".getBytes(UTF_8)),
                        new Payload.File(Digest.of("boot index".getBytes(UTF_8)), 9_300),
                        Optional.empty());
        return new Manifest(
                FLEET,
                "gateway",
                new Version("1.1"),
                "A gateway",
                new Compatible(new DeviceType("qemu-x86"), new IntRange(1, 2)),
                Optional.of(new Version("1.0")),
                new DataFormat(new IntRange(1, 2), 2),
                HealthPolicy.DEFAULT,
                List.of(slot, boot),
                new Payload.File(Digest.of("sbom".getBytes(UTF_8)), 120_000),
                new Payload.File(Digest.of("provenance".getBytes(UTF_8)), 4_000),
                JsonObject.EMPTY);
    }

    private static Running running() {
        return new Running(Slot.B, new Version("1.1"), Optional.of(DIGEST), true);
    }

    private static CheckIn checkIn() {
        var update =
                new UpdateProgress(
                        Optional.of(new RolloutId("r-7")),
                        new Version("1.1"),
                        DIGEST,
                        Stage.WRITING,
                        1_000,
                        98_566_144,
                        900,
                        "");
        return new CheckIn(
                1,
                List.of("boot-reports", "chunks"),
                FLEET,
                DEVICE,
                BOOT,
                42,
                TIME,
                running(),
                Optional.of(update),
                new Condition(1_000, 67_108_864, "ok", "wiped", ""));
    }

    private static CheckIn underAttack() {
        CheckIn quiet = checkIn();
        Condition told = quiet.condition();
        var seen =
                AttackSeen.of(
                        "rollback",
                        "timestamp.json",
                        Map.of("trusted_version", "41", "found_version", "40"),
                        TIME.at());
        return new CheckIn(
                quiet.protocol(),
                quiet.capabilities(),
                quiet.fleet(),
                quiet.device(),
                quiet.boot(),
                quiet.counter(),
                quiet.sent(),
                quiet.running(),
                quiet.update(),
                new Condition(
                        told.overlayUsedBytes(),
                        told.overlaySizeBytes(),
                        told.data(),
                        told.log(),
                        "",
                        Optional.of(seen)));
    }

    private static BootReport report() {
        var subject =
                new BootReport.Subject(
                        Optional.of(new RolloutId("r-7")), new Version("1.2"), DIGEST);
        return new BootReport(
                FLEET,
                DEVICE,
                BOOT,
                9,
                TIME,
                running(),
                BootReport.Verdict.GREEN,
                BootReport.Outcome.ROLLED_BACK,
                3,
                Optional.of(subject),
                "required check 50-app.sh failed: \"no answer\"");
    }

    private static Downgrade downgrade() {
        return new Downgrade(
                FLEET, DEVICE, new Version("1.0"), DIGEST, Instant.parse("2026-12-24T12:00:00Z"));
    }

    @TestFactory
    List<DynamicTest> every_format_reads_its_golden_file_and_writes_it_again_to_the_byte() {
        var assignment =
                new Assignment(
                        new RolloutId("r-7"),
                        new Version("1.1"),
                        new Channel("prod"),
                        "channels/prod/qemu-x86/1.1.json",
                        DIGEST);
        var envelope =
                new Dsse(
                        "application/vnd.evenkeel.boot-report+json",
                        report().toBytes(),
                        List.of(new Dsse.Signature("key-1", new byte[64])));
        var formats = new TreeMap<String, Map.Entry<byte[], Function<byte[], byte[]>>>();
        formats.put(
                "manifest-v1.json",
                Map.entry(manifest().toBytes(), b -> Manifest.read(b).toBytes()));
        formats.put(
                "check-in-v1.json", Map.entry(checkIn().toBytes(), b -> CheckIn.read(b).toBytes()));
        formats.put(
                "check-in-attack-v1.json",
                Map.entry(underAttack().toBytes(), b -> CheckIn.read(b).toBytes()));
        formats.put(
                "check-in-answer-v1.json",
                Map.entry(
                        new CheckInAnswer(1, TIME.at(), 30, Optional.of(assignment)).toBytes(),
                        b -> CheckInAnswer.read(b).toBytes()));
        formats.put(
                "check-in-answer-mirrors-v1.json",
                Map.entry(
                        new CheckInAnswer(2, TIME.at(), 30, Optional.empty())
                                .withMirrors(
                                        List.of(
                                                ContentMirror.parse("https://cdn.example/acme"),
                                                ContentMirror.parse("http://10.0.0.7:8080/")))
                                .toBytes(),
                        b -> CheckInAnswer.read(b).toBytes()));
        formats.put(
                "boot-report-v1.json",
                Map.entry(report().toBytes(), b -> BootReport.read(b).toBytes()));
        formats.put("envelope-v1.json", Map.entry(envelope.toBytes(), b -> Dsse.read(b).toBytes()));
        formats.put(
                "provisioning-v1.json",
                Map.entry(
                        new Provisioning(
                                        FLEET,
                                        new DeviceType("qemu-x86"),
                                        1,
                                        URI.create("https://10.0.2.2:8443"),
                                        new byte[] {1, 2},
                                        "token",
                                        new byte[] {3})
                                .toBytes(),
                        b -> Provisioning.read(b).toBytes()));
        var factory =
                new Provisioning.FactoryIdentity(
                        new byte[] {4}, List.of(new byte[] {5}, new byte[] {6}));
        formats.put(
                "provisioning-with-factory-identity-v1.json",
                Map.entry(
                        new Provisioning(
                                        FLEET,
                                        new DeviceType("qemu-x86"),
                                        1,
                                        URI.create("https://10.0.2.2:8443"),
                                        new byte[] {1, 2},
                                        "",
                                        new byte[] {3},
                                        Optional.of(factory))
                                .toBytes(),
                        b -> Provisioning.read(b).toBytes()));
        formats.put(
                "version-floor-v1.json",
                Map.entry(
                        new VersionFloor(FLEET, new DeviceType("qemu-x86"), new Version("1.1"))
                                .toBytes(),
                        b -> VersionFloor.read(b).toBytes()));
        formats.put(
                "downgrade-v1.json",
                Map.entry(downgrade().toBytes(), b -> Downgrade.read(b).toBytes()));
        return formats.entrySet().stream()
                .map(e ->
                        DynamicTest.dynamicTest(
                                e.getKey(),
                                () -> {
                                    byte[] golden = golden(e.getKey(), e.getValue().getKey());
                                    assertThat(new String(e.getValue().getKey(), UTF_8))
                                            .isEqualTo(new String(golden, UTF_8));
                                    assertThat(
                                                    new String(
                                                            e.getValue().getValue().apply(golden),
                                                            UTF_8))
                                            .isEqualTo(new String(golden, UTF_8));
                                }))
                .toList();
    }

    @Test
    void a_manifest_of_a_later_version_keeps_the_members_that_we_do_not_know() {
        JsonObject later =
                StrictJson.parseObject(manifest().toBytes(), Limits.MANIFEST_BYTES)
                        .with("firmware", "later");
        assertThat(Manifest.read(later.toCanonicalBytes()).toBytes())
                .isEqualTo(later.toCanonicalBytes());
    }

    @Test
    void a_manifest_is_a_closed_world() {
        JsonObject json = StrictJson.parseObject(manifest().toBytes(), Limits.MANIFEST_BYTES);
        JsonObject strange =
                JsonObject.from(json.array("payloads").items().getFirst())
                        .with("kind", "firmware_blob");
        JsonObject doubled =
                json.with(
                        "payloads",
                        new dev.evenkeel.core.json.JsonArray(
                                List.of(
                                        json.array("payloads").items().get(1),
                                        json.array("payloads").items().get(1))));
        assertThatThrownBy(() -> Manifest.read(doubled.toCanonicalBytes()))
                .hasMessageContaining("two payloads of kind boot_image");
        JsonObject unknownKind =
                json.with(
                        "payloads",
                        new dev.evenkeel.core.json.JsonArray(
                                List.of(strange, json.array("payloads").items().get(1))));
        assertThatThrownBy(() -> Manifest.read(unknownKind.toCanonicalBytes()))
                .hasMessageContaining("not a payload kind");
    }

    @Test
    void a_newer_format_asks_for_a_stepping_stone() {
        JsonObject newer =
                StrictJson.parseObject(manifest().toBytes(), Limits.MANIFEST_BYTES)
                        .with("format", 2);
        assertThatThrownBy(() -> Manifest.read(newer.toCanonicalBytes()))
                .hasMessageContaining("stepping-stone");
    }

    @Test
    void a_floor_and_a_downgrade_of_a_later_format_are_refused_not_misread() {
        byte[] floor =
                new VersionFloor(FLEET, new DeviceType("qemu-x86"), new Version("1.1")).toBytes();
        assertThatThrownBy(() -> VersionFloor.read(ofFormat(2, floor)))
                .isInstanceOf(MalformedInput.class)
                .hasMessageContaining("format 2 is newer than 1");
        assertThatThrownBy(() -> Downgrade.read(ofFormat(2, downgrade().toBytes())))
                .isInstanceOf(MalformedInput.class)
                .hasMessageContaining("format 2 is newer than 1");
    }

    private static byte[] ofFormat(int format, byte[] document) {
        return StrictJson.parseObject(document, Limits.MESSAGE_BYTES)
                .with("format", format)
                .toCanonicalBytes();
    }

    /// Every cut and every flipped bit of a manifest is refused or reads as something else; never a
    /// crash of another kind.
    @Test
    void a_damaged_manifest_is_refused_in_one_way() {
        byte[] bytes = manifest().toBytes();
        for (int i = 0; i < bytes.length; i++) {
            byte[] flipped = bytes.clone();
            flipped[i] ^= 4;
            readOrRefuse(flipped);
            readOrRefuse(java.util.Arrays.copyOf(bytes, i));
        }
    }

    private static void readOrRefuse(byte[] bytes) {
        try {
            Manifest.read(bytes);
        } catch (MalformedInput refused) {
            assertThat(refused).hasMessageStartingWith("manifest: ");
        }
    }

    private static byte[] golden(String name, byte[] current) {
        Path file = GOLDEN.resolve(name);
        try {
            if ("1".equals(System.getenv("UPDATE_EXPECTED"))) {
                Files.createDirectories(GOLDEN);
                Files.write(file, current);
            }
            return Files.readAllBytes(file);
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }
}

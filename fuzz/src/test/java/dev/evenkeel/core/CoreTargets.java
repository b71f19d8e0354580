// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.json.StrictJson;
import dev.evenkeel.core.message.BootReport;
import dev.evenkeel.core.message.CheckIn;
import dev.evenkeel.core.message.CheckInAnswer;
import dev.evenkeel.core.message.Provisioning;
import dev.evenkeel.fuzz.Target;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// Messages between device and server, and what signs them.
public final class CoreTargets {
    private static final String GOLDEN = "../core/src/test/resources/golden/";

    private CoreTargets() {}

    public static List<Target> all() {
        return List.of(
                message("json", bytes -> StrictJson.parseObject(bytes, 1 << 20).toCanonicalBytes())
                        .from(GOLDEN + "check-in-v1.json"),
                message("envelope", bytes -> Dsse.read(bytes).toBytes())
                        .from(GOLDEN + "envelope-v1.json"),
                message("manifest", bytes -> Manifest.read(bytes).toBytes())
                        .from(GOLDEN + "manifest-v1.json"),
                message("check-in", bytes -> CheckIn.read(bytes).toBytes())
                        .from(GOLDEN + "check-in-v1.json", GOLDEN + "check-in-attack-v1.json"),
                message("check-in-answer", bytes -> CheckInAnswer.read(bytes).toBytes())
                        .from(
                                GOLDEN + "check-in-answer-v1.json",
                                GOLDEN + "check-in-answer-mirrors-v1.json"),
                message("boot-report", bytes -> BootReport.read(bytes).toBytes())
                        .from(GOLDEN + "boot-report-v1.json"),
                message("provisioning", bytes -> Provisioning.read(bytes).toBytes())
                        .from(
                                GOLDEN + "provisioning-v1.json",
                                GOLDEN + "provisioning-with-factory-identity-v1.json"),
                message("version-floor", bytes -> VersionFloor.read(bytes).toBytes())
                        .from(GOLDEN + "version-floor-v1.json"),
                message("downgrade", bytes -> Downgrade.read(bytes).toBytes())
                        .from(GOLDEN + "downgrade-v1.json"),
                text("device-urn", urn -> DeviceUrn.parse(urn).toString()),
                text("hardware-urn", urn -> HardwareUrn.parse(urn).toString()),
                text("key-code", typed -> KeyCode.typed(typed).toString()),
                message("version", bytes -> version(new String(bytes, UTF_8))));
    }

    private static Target message(String name, Function<byte[], byte[]> again) {
        return Target.of(name, bytes -> Optional.of(again.apply(bytes)), MalformedInput.class);
    }

    private static Target text(String name, UnaryOperator<String> again) {
        return message(name, bytes -> again.apply(new String(bytes, UTF_8)).getBytes(UTF_8));
    }

    private static byte[] version(String text) {
        var version = new Version(text);
        if (version.compareTo(new Version(version.text())) != 0) {
            throw new AssertionError("a version is not equal to itself: " + text);
        }
        return version.text().getBytes(UTF_8);
    }
}

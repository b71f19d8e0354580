// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.DataFormat;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.HealthPolicy;
import dev.evenkeel.core.IntRange;
import dev.evenkeel.core.Payload;
import dev.evenkeel.core.RolloutId;
import dev.evenkeel.core.Slot;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.message.BootReport;
import java.util.List;
import java.util.Optional;

/// Values that several tests speak about.
final class Samples {
    static final Digest MANIFEST = Digest.of("manifest".getBytes(UTF_8));

    private Samples() {}

    static Release release(String version) {
        return new Release(
                new Version(version),
                Optional.of(MANIFEST),
                new DataFormat(new IntRange(1, 2), 2),
                HealthPolicy.DEFAULT,
                List.of(
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
                                                72_790_016))),
                        new Payload(
                                Payload.Kind.BOOT_IMAGE,
                                25_165_824,
                                Digest.of("boot".getBytes(UTF_8)),
                                new Payload.File(Digest.of("boot index".getBytes(UTF_8)), 9_300),
                                Optional.empty())));
    }

    static Update update(long number, String rollout, String version) {
        return new Update(number, Optional.of(new RolloutId(rollout)), release(version), Slot.B);
    }

    static BootReport.Subject subject() {
        return update(4, "r-7", "1.1").subject().orElseThrow();
    }
}

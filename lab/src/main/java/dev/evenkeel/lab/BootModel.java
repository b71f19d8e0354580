// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.boot.BootDecision;
import dev.evenkeel.boot.BootRecords;
import dev.evenkeel.boot.Bootloader;
import dev.evenkeel.boot.DiskLayout;
import dev.evenkeel.boot.DiskSlice;
import dev.evenkeel.core.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// The firmware of a machine that has none: what the boot script of the reference device does, by
/// [Bootloader] (the table that the script is generated from), and the boot files of the slot that
/// it chooses.
///
/// In one thing it is stricter than U-Boot, which boots whatever it can load: the boot partition
/// must hold, to the byte, the boot image of a known release. Anything else is a promise broken.
final class BootModel {
    private final VolatileDisk disk;
    private final List<SlotFiles> known;
    private final AtomicInteger flushes = new AtomicInteger();

    /// What U-Boot would start.
    record Boot(BootChoice choice, SlotFiles files, String arguments) {}

    BootModel(VolatileDisk disk, List<SlotFiles> known) {
        this.disk = disk;
        this.known = List.copyOf(known);
    }

    /// One pass through the script.
    Boot boot() throws IOException {
        try (DiskSlice env0 = DiskSlice.partition(disk, "env-0");
                DiskSlice env1 = DiskSlice.partition(disk, "env-1")) {
            String copies = new BootRecords(env0, env1).load().copies();
            BootDecision decision = Bootloader.SHIPPED.boot(env0, env1);
            flushes.incrementAndGet();
            // U-Boot's driver knows no write cache, so the drive writes through
            disk.flush();
            var choice =
                    new BootChoice(
                            decision.slot(),
                            decision.left(),
                            decision.trial(),
                            decision.fallback(),
                            copies);
            SlotFiles files = files(choice);
            return new Boot(choice, files, arguments(choice, decision.record().sequence(), files));
        }
    }

    /// How many flushes of the disk were ours.
    int flushes() {
        return flushes.get();
    }

    private SlotFiles files(BootChoice choice) throws IOException {
        String name = DiskLayout.boot(choice.slot());
        try (DiskSlice partition = DiskSlice.partition(disk, name)) {
            for (SlotFiles files : known) {
                var content = new byte[Math.toIntExact(files.imageBytes())];
                partition.read(0, ByteBuffer.wrap(content));
                if (Digest.of(content).equals(files.image())) return files;
            }
        }
        throw new BrokenPromise(
                "the bootloader chose "
                        + choice
                        + ", but "
                        + name
                        + " holds the boot image of none of the releases "
                        + known.stream().map(SlotFiles::release).toList());
    }

    /// The kernel command line that the script makes, for the console and the watchdog of user-mode
    /// Linux.
    private static String arguments(BootChoice choice, int sequence, SlotFiles files) {
        return "evenkeel.slot="
                + choice.slot()
                + " evenkeel.trial="
                + (choice.trial() ? 1 : 0)
                + " evenkeel.left="
                + choice.left()
                + " evenkeel.seq="
                + sequence
                + " evenkeel.copies="
                + choice.copies()
                + " evenkeel.fallback="
                + (choice.fallback() ? 1 : 0)
                + " evenkeel.verity_root="
                + files.fact("verity_root")
                + " evenkeel.verity_salt="
                + files.fact("verity_salt")
                + " evenkeel.verity_blocks="
                + files.fact("verity_blocks")
                + " evenkeel.verity_hash_offset="
                + files.fact("verity_hash_offset")
                + " console=tty0 panic=5 quiet "
                + files.fact("slot_args");
    }
}

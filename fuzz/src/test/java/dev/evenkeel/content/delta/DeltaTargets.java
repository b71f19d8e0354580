// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.content.delta;

import dev.evenkeel.content.RandomBytes;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.fuzz.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Deltas, as somebody with a stolen key of the role *deltas* may have written them.
public final class DeltaTargets {
    private static final int OLD_BYTES = 64 << 10;
    private static final long MEMORY = 1 << 20;

    private DeltaTargets() {}

    public static List<Target> all() {
        return List.of(
                Target.of(
                        "delta-head",
                        bytes -> Optional.of(DeltaHead.parse(bytes).plainBytes()),
                        MalformedInput.class),
                Target.of("delta-frame", DeltaTargets::frame, MalformedInput.class),
                Target.of("elf-sections", DeltaTargets::elf));
    }

    /// The first two bytes say how much the frame is to make.
    private static Optional<byte[]> frame(byte[] bytes) {
        if (bytes.length < 2) return Optional.empty();
        int expanded = ((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff);
        byte[] frame = Arrays.copyOfRange(bytes, 2, bytes.length);
        try {
            new FrameReader(List.of(old(bytes)), frame, MEMORY, (made, at, length) -> {})
                    .run(expanded);
        } catch (IOException never) {
            throw new UncheckedIOException(never);
        }
        return Optional.empty();
    }

    /// What the frame copies from is the frame itself, so that it can be an ELF file.
    private static RandomBytes old(byte[] bytes) {
        return RandomBytes.of(Arrays.copyOf(bytes, OLD_BYTES));
    }

    /// Every model over whatever sections a file claims to have.
    private static Optional<byte[]> elf(byte[] bytes) {
        try {
            RandomBytes file = RandomBytes.of(bytes);
            Optional<ElfFile> elf = ElfFile.read(file);
            if (elf.isEmpty()) return Optional.empty();
            for (Model model : Model.values()) {
                var models = new byte[new Regions(elf.get()).count()];
                Arrays.fill(models, model.number);
                var foresight =
                        new Foresight(
                                file,
                                elf.get(),
                                List.of(new Copy(0, bytes.length / 2, bytes.length / 2)),
                                models,
                                new int[elf.get().sections().size()],
                                new Words());
                foresight.foretell(bytes.clone(), bytes.length, 0, 5, (foretold, at, width) -> at);
            }
        } catch (IOException never) {
            throw new UncheckedIOException(never);
        }
        return Optional.empty();
    }
}

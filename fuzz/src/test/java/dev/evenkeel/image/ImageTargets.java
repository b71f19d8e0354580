// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.fuzz.Target;
import dev.evenkeel.image.blueprint.Blueprint;
import dev.evenkeel.image.blueprint.BlueprintFault;
import dev.evenkeel.image.lock.Lock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What people write, and what is kept of it.
public final class ImageTargets {
    private ImageTargets() {}

    public static List<Target> all() {
        return List.of(
                Target.of("blueprint", ImageTargets::blueprint, BlueprintFault.class)
                        .from("../examples/qemu-x86/blueprint.toml"),
                Target.of(
                        "lock",
                        bytes -> Optional.of(Lock.parse(bytes).toBytes()),
                        MalformedInput.class));
    }

    private static Optional<byte[]> blueprint(byte[] bytes) {
        try {
            Path file = Files.createTempFile("blueprint", ".toml");
            try {
                Files.write(file, bytes);
                Blueprint.read(file);
                return Optional.empty();
            } finally {
                Files.delete(file);
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.Version;
import dev.evenkeel.image.Builder;
import dev.evenkeel.image.blueprint.Blueprint;
import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.lock.Store;
import dev.evenkeel.image.process.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/// The two releases of a torture: the reference device with a program that keeps its data partition
/// busy, and the same with some megabytes more, so that an update moves bytes but not many. Their
/// blueprints extend the example's and are written when they are needed.
final class TortureReleases {
    static final Version FACTORY = new Version("1.0");
    static final Version TARGET = new Version("1.1");

    private static final int MORE_BYTES = 8 << 20;

    /// As an application would: whole files, flushed, then renamed.
    private static final String BUSY =
            """
            #!/bin/sh
            set -u
            mkdir -p /data/torture
            while :; do
              head -c 40000 /dev/urandom >/data/torture/busy.new && sync /data/torture/busy.new
              mv /data/torture/busy.new /data/torture/busy
              sleep 1
            done
            """;

    private static final String BUSY_UNIT =
            """
            [Unit]
            Description=Keeps the data partition busy

            [Service]
            ExecStart=/usr/lib/torture/busy
            """;

    private final Path folder;
    private final Store store;
    private final Consumer<String> out;

    TortureReleases(Path folder, Store store, Consumer<String> out) {
        this.folder = folder;
        this.store = store;
        this.out = out;
    }

    /// One lock serves both: they want the same packages.
    Lock lock() throws IOException {
        return Locking.lock(
                blueprint(FACTORY), Optional.empty(), Set.of(), store, Progress.SILENT, false);
    }

    /// Builds a release and returns its folder.
    Path build(Version release, Lock lock) throws IOException {
        out.accept("building release " + release);
        Path built = folder.resolve("releases").resolve(release.text());
        Files.createDirectories(built.getParent());
        Builder.build(blueprint(release), lock, store, built, Progress.SILENT);
        return built;
    }

    private Blueprint blueprint(Version release) throws IOException {
        Path home = folder.resolve("blueprints").resolve(release.text());
        Path overlay = home.resolve("overlay");
        Path units = overlay.resolve("etc/systemd/system");
        Path program = overlay.resolve("usr/lib/torture/busy");
        if (!Files.exists(program)) {
            Files.createDirectories(units.resolve("multi-user.target.wants"));
            Files.createDirectories(program.getParent());
            Files.write(program, BUSY.getBytes(UTF_8));
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.writeString(units.resolve("torture.service"), BUSY_UNIT);
            Files.createSymbolicLink(
                    units.resolve("multi-user.target.wants/torture.service"),
                    Path.of("/etc/systemd/system/torture.service"));
            if (release.equals(TARGET)) {
                var more = new byte[MORE_BYTES];
                new Random(1).nextBytes(more);
                Files.write(overlay.resolve("usr/lib/torture/more"), more);
            }
        }
        Path example = Checkout.examples().resolve("qemu-x86/blueprint.toml").toRealPath();
        Path file = home.resolve("blueprint.toml");
        Files.writeString(
                file,
                """
                extends = "%s"
                version = "%s"
                overlay = ["overlay"]

                [health]
                attempts = 3
                stable_seconds = 1
                deadline_seconds = 300
                """
                        .formatted(example, release));
        return Blueprint.read(file);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A Debian kernel with a tiny initramfs, fetched through apt once and kept in the user's cache.
///
/// @param kernel the kernel image
/// @param initramfs busybox, a few modules, and the init of the resource `test-guest/init`
record TestGuest(Path kernel, Path initramfs) {
    private static final String META_PACKAGE = "linux-image-cloud-amd64";
    private static final List<String> MODULES =
            List.of(
                    "virtio_ring",
                    "virtio",
                    "virtio_pci_legacy_dev",
                    "virtio_pci_modern_dev",
                    "virtio_pci",
                    "virtio_blk",
                    "failover",
                    "net_failover",
                    "virtio_net",
                    "evdev",
                    "button");

    static TestGuest prepare(Path folder) throws IOException {
        Path root = unpackedKernel();
        Path kernel = first(root.resolve("boot"), "vmlinuz-").orElseThrow();
        Path initramfs = folder.resolve("initramfs");
        Files.write(initramfs, initramfs(root));
        return new TestGuest(kernel, initramfs);
    }

    private static byte[] initramfs(Path root) throws IOException {
        var archive = new Cpio();
        for (String path : List.of("bin", "dev", "proc", "sys", "lib", "etc", "etc/acpi")) {
            archive.folder(path);
        }
        archive.folder("etc/acpi/PWRF");
        archive.program("bin/busybox", Files.readAllBytes(busybox()));
        archive.link("bin/sh", "busybox");
        var loaded = new StringBuilder();
        Map<String, Path> modules = modules(root);
        for (String name : MODULES) {
            Path module = modules.get(name + ".ko");
            if (module == null) continue; // built into other kernels
            archive.program("lib/" + name + ".ko", Files.readAllBytes(module));
            loaded.append(name).append('\n');
        }
        archive.program("lib/modules.load", loaded.toString().getBytes(StandardCharsets.UTF_8));
        archive.program(
                "etc/acpi/PWRF/00000080",
                "#!/bin/sh\n/bin/busybox poweroff -f\n".getBytes(StandardCharsets.UTF_8));
        try (var init = TestGuest.class.getResourceAsStream("/test-guest/init")) {
            archive.program("init", Objects.requireNonNull(init).readAllBytes());
        }
        return archive.finish();
    }

    private static Map<String, Path> modules(Path root) throws IOException {
        var found = new HashMap<String, Path>();
        try (Stream<Path> files = Files.walk(root.resolve("lib/modules"))) {
            files.filter(file -> file.toString().endsWith(".ko"))
                    .forEach(file -> found.put(file.getFileName().toString(), file));
        }
        return found;
    }

    private static Path busybox() {
        for (String path : List.of("/usr/bin/busybox", "/bin/busybox")) {
            if (Files.isExecutable(Path.of(path))) return Path.of(path);
        }
        throw new AssertionError("busybox is missing: apt-get install busybox-static");
    }

    private static Path unpackedKernel() throws IOException {
        String home = Optional.ofNullable(System.getenv("XDG_CACHE_HOME")).orElse("");
        Path cache =
                home.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(home);
        Path unpacked = cache.resolve("evenkeel/test-guest/kernel");
        if (Files.isDirectory(unpacked.resolve("boot"))) return unpacked;
        Path fetched = Files.createTempDirectory("evenkeel-test-guest-");
        run(fetched, "apt-get", "download", kernelPackage());
        Path parts = fetched.resolve("root");
        Path archive = first(fetched, "linux-image-").orElseThrow();
        run(fetched, "dpkg-deb", "-x", archive.toString(), parts.toString());
        Files.delete(archive);
        Files.createDirectories(unpacked.getParent());
        run(fetched, "cp", "-rT", parts.toString(), unpacked + ".new");
        run(fetched, "mv", "-T", unpacked + ".new", unpacked.toString());
        run(fetched, "rm", "-r", fetched.toString());
        return unpacked;
    }

    private static String kernelPackage() throws IOException {
        String depends = run(Path.of("/"), "apt-cache", "depends", META_PACKAGE);
        return depends.lines()
                .map(String::strip)
                .filter(line -> line.startsWith("Depends: linux-image-"))
                .findFirst()
                .orElseThrow(() ->
                        new AssertionError("apt knows no " + META_PACKAGE + ": apt-get update"))
                .substring("Depends: ".length());
    }

    private static Optional<Path> first(Path folder, String prefix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .findFirst();
        }
    }

    static String run(Path folder, String... command) throws IOException {
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError(String.join(" ", command) + " failed:\n" + said);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
        return said;
    }
}

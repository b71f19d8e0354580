// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Finds out whether KVM runs a real kernel here. Opening `/dev/kvm` proves nothing: some machines
/// have the device and die in the first instructions of a kernel, or run it a hundred times slower.
public final class KvmProbe {
    private static final Path KVM = Path.of("/dev/kvm");
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final int SECONDS = 10;

    /// How far a kernel without a root comes.
    private static final String ARRIVED = "Unable to mount root fs";

    private KvmProbe() {}

    /// KVM if `kernel` boots with it within ten seconds, else emulation. The answer is kept in
    /// `cache` until the host boots again.
    public static Acceleration choose(QemuCommand qemu, Path kernel, Path cache)
            throws IOException {
        if (!Files.isReadable(KVM) || !Files.isWritable(KVM)) return Acceleration.EMULATION;
        Path note = cache.resolve("kvm-" + Files.readString(BOOT_ID).strip());
        if (!Files.exists(note)) {
            Files.createDirectories(cache);
            Files.writeString(note, boots(qemu, kernel) ? "yes\n" : "no\n");
        }
        return Files.readString(note).strip().equals("yes")
                ? Acceleration.KVM
                : Acceleration.EMULATION;
    }

    /// As [#choose(QemuCommand, Path, Path)], with the kernel of a release's `boot.img`.
    public static Acceleration chooseFor(QemuCommand qemu, Path bootImage, Path cache)
            throws IOException {
        Path folder = Files.createTempDirectory("evenkeel-lab-kvm-");
        Path image = Files.copy(bootImage, folder.resolve("boot.img"));
        Path kernel = folder.resolve("vmlinuz");
        try {
            var words = new ArrayList<>(qemu.prefix("mcopy", List.of(folder)));
            words.addAll(List.of("-n", "-i", image.toString(), "::/vmlinuz", kernel.toString()));
            String said = run(words, SECONDS);
            if (!Files.exists(kernel)) {
                throw new LabFailure("no kernel in " + bootImage + ": " + said);
            }
            return choose(qemu, kernel, cache);
        } finally {
            Files.deleteIfExists(image);
            Files.deleteIfExists(kernel);
            Files.delete(folder);
        }
    }

    private static boolean boots(QemuCommand qemu, Path kernel) throws IOException {
        Path image = kernel.toAbsolutePath().normalize();
        var words =
                new ArrayList<>(
                        qemu.prefix("qemu-system-x86_64", List.of(QemuArguments.folder(image))));
        words.addAll(
                List.of("-nodefaults", "-no-user-config", "-display", "none", "-M", "pc", "-m"));
        words.addAll(List.of("256M", "-accel", "kvm", "-cpu", "host", "-serial", "stdio"));
        words.addAll(List.of("-no-reboot", "-kernel", image.toString()));
        words.addAll(List.of("-append", "console=ttyS0 panic=-1"));
        return run(words, SECONDS).contains(ARRIVED);
    }

    /// What the program says until it ends or is killed after `seconds`.
    private static String run(List<String> words, int seconds) throws IOException {
        Path said = Files.createTempFile("evenkeel-lab-", ".log");
        try {
            Process process =
                    new ProcessBuilder(words)
                            .redirectErrorStream(true)
                            .redirectInput(
                                    ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                            .redirectOutput(said.toFile())
                            .start();
            try {
                if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                    new ProcessTree(process.toHandle()).kill();
                    process.waitFor();
                }
            } catch (InterruptedException interrupted) {
                new ProcessTree(process.toHandle()).kill();
                Thread.currentThread().interrupt();
            }
            return new String(Files.readAllBytes(said), StandardCharsets.ISO_8859_1);
        } finally {
            Files.delete(said);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.Digest;
import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.lock.LockedPackage;
import dev.evenkeel.image.tool.WorkFolder;
import dev.evenkeel.image.tree.TarFormat;
import dev.evenkeel.image.tree.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// The tree of the locked packages alone, installed and configured by mmdebstrap, its kernel
/// modules unpacked. Depends on nothing but the packages, the tools and the device's users, so it
/// is kept and used again.
final class PackageTree {
    /// Counts up when the way in which the tree is made changes.
    private static final String RECIPE = "1";

    private PackageTree() {}

    /// The tree as an archive, made now or before.
    static Path archive(Build build) throws IOException {
        Path kept = build.store().cache("trees").resolve(key(build) + ".tar");
        if (Files.exists(kept)) {
            build.progress()
                    .note("the packages were installed before: using " + kept.getFileName());
            return kept;
        }
        Path made = build.path("packages.tar");
        install(build, made);
        var tree = new Tree(Times.FIXED);
        TarFormat.read(made, tree);
        KernelModules.unpack(tree, build);
        try (WorkFolder half = WorkFolder.beside(kept)) {
            Path whole = half.path("tree.tar");
            TarFormat.write(tree, whole);
            Files.move(
                    whole,
                    kept,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }
        Files.delete(made);
        return kept;
    }

    private static String key(Build build) throws IOException {
        String inputs =
                String.join(
                        "\n",
                        RECIPE,
                        Lock.digestOf(build.lock().image()).hex(),
                        Lock.digestOf(build.lock().tools()).hex(),
                        build.epoch(),
                        Digest.of(DeviceFiles.bytes("root/usr/lib/sysusers.d/evenkeel.conf"))
                                .hex());
        return Digest.of(inputs.getBytes(UTF_8)).hex().substring(0, 16);
    }

    private static void install(Build build, Path archive) throws IOException {
        Path repository = build.work().newFolder("repository");
        LocalRepository.make(repository, build.lock().image(), build);
        Path users = build.path("users.conf");
        Files.write(users, DeviceFiles.bytes("root/usr/lib/sysusers.d/evenkeel.conf"));
        var command =
                new ArrayList<>(
                        List.of(
                                "mmdebstrap",
                                "--mode=root",
                                "--variant=essential",
                                "--format=tar",
                                "--skip=cleanup/apt",
                                "--include=" + names(build.lock().image()),
                                "--aptopt=APT::Install-Recommends \"false\"",
                                "--dpkgopt=force-unsafe-io"));
        for (String option : DeviceFiles.lines("dpkg-options")) command.add("--dpkgopt=" + option);
        // the device's users exist in the tree itself: a slot is read-only, and the initramfs needs
        // their ids
        command.add(
                "--customize-hook=mkdir -p \"$1/usr/lib/sysusers.d\" && cp "
                        + quoted(users)
                        + " \"$1/usr/lib/sysusers.d/evenkeel.conf\" && chmod 0644 \"$1/usr/lib/sysusers.d/evenkeel.conf\" && chroot \"$1\" systemd-sysusers");
        command.addAll(
                List.of(
                        LocalRepository.SUITE,
                        archive.toString(),
                        "deb [trusted=yes] copy://"
                                + repository.toString().replace(" ", "%20")
                                + " ./"));
        build.sandbox()
                .withAllIds()
                .child("installing the packages", command)
                .with("SOURCE_DATE_EPOCH", build.epoch())
                .with("TMPDIR", build.work().newFolder("mmdebstrap").toString())
                // Debian's hooks would make an initramfs that nobody boots
                .with("INITRD", "No")
                .run(line -> tell(build, line));
    }

    private static void tell(Build build, String line) {
        if (line.startsWith("I: ") && !line.contains("tempdir"))
            build.progress().note(line.substring(3));
    }

    private static String names(List<LockedPackage> set) {
        return set.stream().map(LockedPackage::name).collect(Collectors.joining(","));
    }

    private static String quoted(Path path) {
        return "'" + path.toString().replace("'", "'\\''") + "'";
    }
}

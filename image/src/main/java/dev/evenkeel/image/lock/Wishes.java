// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.lock;

import dev.evenkeel.image.blueprint.Blueprint;
import dev.evenkeel.image.blueprint.Blueprint.Archive;
import java.util.ArrayList;
import java.util.List;

/// What is asked of the resolver.
public final class Wishes {
    /// Packages of every image, beside Debian's essential ones: the kernel and what the device's
    /// own files need.
    static final List<String> DEVICE = DevicePackages.read();

    /// The programs that build an image and run a virtual device.
    static final List<String> TOOLS =
            List.of(
                    "apt",
                    "base-files",
                    "bash",
                    "coreutils",
                    "cpio",
                    "cryptsetup-bin",
                    "dash",
                    "diffutils",
                    "dmsetup",
                    "dosfstools",
                    "dpkg",
                    "e2fsprogs",
                    "erofs-utils",
                    "fdisk",
                    "findutils",
                    "gpgv",
                    "grep",
                    "gzip",
                    "kmod",
                    "libarchive13t64",
                    "libubootenv-tool",
                    "mmdebstrap",
                    "mount",
                    "mtools",
                    "perl",
                    "qemu-system-x86",
                    "qemu-utils",
                    "sed",
                    "squashfs-tools",
                    "tar",
                    "u-boot-qemu",
                    "u-boot-tools",
                    "util-linux",
                    "xz-utils",
                    "zstd");

    /// The Java that the agent's runtime is linked from.
    static final List<String> RUNTIME = List.of("openjdk-25-jdk-headless");

    private Wishes() {}

    /// Everything that a blueprint asks for, as a lock records it: packages and archives.
    public static List<String> image(Blueprint blueprint) {
        var wanted = new ArrayList<String>();
        DEVICE.forEach(name -> wanted.add("package " + name));
        blueprint.packages().forEach(p -> wanted.add("package " + p.wish()));
        TOOLS.forEach(name -> wanted.add("tool " + name));
        RUNTIME.forEach(name -> wanted.add("runtime " + name));
        for (Archive archive : blueprint.archives()) {
            wanted.add(
                    "archive "
                            + archive.uri()
                            + " "
                            + archive.suite()
                            + " "
                            + String.join(" ", archive.components()));
        }
        return wanted.stream().distinct().sorted().toList();
    }
}

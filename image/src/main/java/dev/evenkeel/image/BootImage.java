// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.Payload;
import dev.evenkeel.image.blueprint.Blueprint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The boot image: kernel, initramfs, and slot.env with the root hash of the slot and the release's
/// own kernel arguments. A FAT filesystem, because that is what bootloaders read.
final class BootImage {
    private static final int SERIAL = 0x454b424f;
    private static final long MIB = 1 << 20;

    private BootImage() {}

    static void make(
            Path image, byte[] kernel, byte[] initramfs, Payload.Verity verity, Build build)
            throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("vmlinuz", kernel);
        files.put("initrd", initramfs);
        files.put("slot.env", slotEnvironment(verity, build.blueprint()).getBytes(UTF_8));
        // tables and half-filled clusters need less than a tenth; whole MiB, so that small changes
        // keep the size
        long content = (long) kernel.length + initramfs.length;
        long size = Math.ceilDiv(content + content / 10 + MIB / 2, MIB) * MIB;
        FatImage.make(image, size, "BOOT", SERIAL, List.of("-F", "16", "-s", "4"), files, build);
    }

    /// Read by the boot script with `env import -t`: one variable per line.
    static String slotEnvironment(Payload.Verity verity, Blueprint blueprint) {
        var arguments = new ArrayList<String>();
        arguments.add(
                "evenkeel.root_mode="
                        + blueprint.root().mode().name().toLowerCase(java.util.Locale.ROOT));
        arguments.add("evenkeel.overlay_size=" + blueprint.root().overlaySize());
        arguments.addAll(blueprint.customizations().kernelArguments());
        return "verity_root="
                + verity.rootHash()
                + "\nverity_salt="
                + verity.salt()
                + "\nverity_blocks="
                + verity.dataBlocks()
                + "\nverity_hash_offset="
                + verity.hashOffsetBytes()
                + "\nslot_args="
                + String.join(" ", arguments)
                + "\n";
    }
}

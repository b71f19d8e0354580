// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Manifest;
import dev.evenkeel.core.Payload;
import dev.evenkeel.core.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a bootloader loads from the boot partition of a slot that holds a release.
///
/// @param image digest of the boot image as the manifest has it
/// @param imageBytes its size
/// @param facts the lines of `slot.env`
/// @param initramfs a copy of the release's own, on the host
record SlotFiles(
        Version release, Digest image, long imageBytes, Map<String, String> facts, Path initramfs) {
    SlotFiles {
        facts = Map.copyOf(facts);
    }

    /// Takes them out of a release folder's boot image.
    ///
    /// @param folder takes the copies
    static SlotFiles read(Path release, QemuCommand programs, Path folder) throws IOException {
        Manifest manifest = Manifest.read(Files.readAllBytes(release.resolve("manifest.json")));
        Payload boot =
                manifest.payloads().stream()
                        .filter(payload -> payload.kind() == Payload.Kind.BOOT_IMAGE)
                        .findFirst()
                        .orElseThrow(() -> new LabFailure(release + " has no boot image"));
        Files.createDirectories(folder);
        var words = new ArrayList<>(programs.prefix("mcopy", List.of(release, folder)));
        words.addAll(List.of("-n", "-i", release.resolve("boot.img").toString()));
        words.addAll(List.of("::/slot.env", "::/initrd", folder.toString()));
        Path log = folder.resolve("mcopy.log");
        GuestProcess mcopy = GuestProcess.logged(words, log);
        if (mcopy.onExit().join().exitValue() != 0) {
            throw new LabFailure(
                    "cannot read the boot image of " + release + ": " + mcopy.lastWords());
        }
        return new SlotFiles(
                manifest.version(),
                boot.digest(),
                boot.sizeBytes(),
                facts(Files.readString(folder.resolve("slot.env"), StandardCharsets.US_ASCII)),
                folder.resolve("initrd"));
    }

    SlotFiles withInitramfs(Path other) {
        return new SlotFiles(release, image, imageBytes, facts, other);
    }

    private static Map<String, String> facts(String text) {
        var facts = new HashMap<String, String>();
        for (String line : text.split("\n", -1)) {
            int sign = line.indexOf('=');
            if (sign > 0) facts.put(line.substring(0, sign), line.substring(sign + 1).strip());
        }
        return facts;
    }

    /// A value of `slot.env`, or an empty text: U-Boot knows no difference.
    String fact(String name) {
        return facts.getOrDefault(name, "");
    }
}

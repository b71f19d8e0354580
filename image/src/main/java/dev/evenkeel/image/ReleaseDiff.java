// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import dev.evenkeel.content.Folders;
import dev.evenkeel.image.tool.Sandbox;
import dev.evenkeel.image.tool.ToolRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Holds two builds of one lock against each other: are they the same bytes, and if not, which file
/// inside is the first that differs and why, probably.
public final class ReleaseDiff {
    private static final List<String> REPRODUCIBLE =
            List.of(
                    ReleaseFile.SLOT_IMAGE,
                    ReleaseFile.BOOT_IMAGE,
                    ReleaseFile.SBOM,
                    ReleaseFile.PROVENANCE,
                    ReleaseFile.PACK,
                    ReleaseFile.MANIFEST);

    private static final List<String> BOOT_FILES = List.of("vmlinuz", "initrd", "slot.env");

    private final ToolRoot tools;

    /// The first difference.
    ///
    /// @param part file of the release folder
    /// @param inside path inside that file, where it could be told
    public record Difference(String part, String inside, String reason) {
        @Override
        public String toString() {
            return part + (inside.isEmpty() ? "" : ": " + inside) + ": " + reason;
        }
    }

    public ReleaseDiff(ToolRoot tools) {
        this.tools = tools;
    }

    /// The first difference between two release folders; empty when every part that has to be
    /// reproducible is the same.
    public Optional<Difference> first(Path one, Path other) {
        try {
            for (String part : REPRODUCIBLE) {
                Path a = one.resolve(part);
                Path b = other.resolve(part);
                if (Files.exists(a) != Files.exists(b)) {
                    return Optional.of(new Difference(part, "", "exists in one release only"));
                }
                if (Files.mismatch(a, b) >= 0) return Optional.of(explain(part, a, b));
            }
            return Optional.empty();
        } catch (IOException broken) {
            throw new BuildFault.Unwritable("comparing " + one + " and " + other, broken);
        }
    }

    private Difference explain(String part, Path one, Path other) throws IOException {
        Path work = Files.createTempDirectory("evenkeel-diff");
        try {
            return switch (part) {
                case ReleaseFile.SLOT_IMAGE -> explainSlot(part, one, other, work);
                case ReleaseFile.BOOT_IMAGE -> explainBoot(part, one, other, work);
                default -> atByte(part, one, other);
            };
        } finally {
            Folders.delete(work);
        }
    }

    private Difference explainSlot(String part, Path one, Path other, Path work)
            throws IOException {
        if (!isSquashfs(one) || !isSquashfs(other)) return atByte(part, one, other);
        SquashfsListing a = SquashfsListing.read(one, work.resolve("a"), sandbox(one, work));
        SquashfsListing b = SquashfsListing.read(other, work.resolve("b"), sandbox(other, work));
        return a.firstDifference(b)
                .map(found -> new Difference(part, found.path(), found.reason()))
                .orElse(
                        new Difference(
                                part,
                                "",
                                "the same files; probably another order of writing, or another version of the tools"));
    }

    private Difference explainBoot(String part, Path one, Path other, Path work)
            throws IOException {
        for (String file : BOOT_FILES) {
            Path a = extracted(one, file, work.resolve("a-" + file), work);
            Path b = extracted(other, file, work.resolve("b-" + file), work);
            if (Files.mismatch(a, b) >= 0) {
                return new Difference(
                        part, "/" + file, "content, from byte " + Files.mismatch(a, b) + " on");
            }
        }
        return new Difference(
                part,
                "",
                "the same files; probably a time or the serial number of the FAT filesystem");
    }

    private Path extracted(Path image, String file, Path to, Path work) {
        sandbox(image, work)
                .child(
                        "reading " + file + " of a boot image",
                        "mcopy",
                        "-i",
                        image.toString(),
                        "::" + file,
                        to.toString())
                .run();
        return to;
    }

    private static Difference atByte(String part, Path one, Path other) throws IOException {
        return new Difference(part, "", "content, from byte " + Files.mismatch(one, other) + " on");
    }

    private Sandbox sandbox(Path image, Path work) {
        return tools.sandbox(work, ReleaseFile.folderOf(image));
    }

    private static boolean isSquashfs(Path image) throws IOException {
        try (var in = Files.newInputStream(image)) {
            return new String(in.readNBytes(4), java.nio.charset.StandardCharsets.ISO_8859_1)
                    .equals("hsqs");
        }
    }
}

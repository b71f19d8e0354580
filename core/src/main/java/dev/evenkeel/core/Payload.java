// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.core;

import dev.evenkeel.core.json.JsonObject;
import java.util.Optional;

/// One thing that a release puts onto a device, with its exact length and digest.
///
/// @param sizeBytes length of the raw bytes
/// @param digest SHA-256 of the raw bytes
/// @param index the chunk index by which the bytes travel
/// @param verity for a slot image: how the kernel checks it while it runs
public record Payload(
        Kind kind, long sizeBytes, Digest digest, File index, Optional<Verity> verity) {
    /// What a payload is and, by that, where it goes.
    public enum Kind {
        /// Root filesystem and its dm-verity tree; goes into the inactive `slot-a` or `slot-b`.
        SLOT_IMAGE("slot_image", "slot"),
        /// Kernel, initramfs and slot.env on a FAT filesystem; goes into the inactive `boot-a` or
        /// `boot-b`.
        BOOT_IMAGE("boot_image", "boot");

        private final String text;
        private final String partitionPrefix;

        Kind(String text, String partitionPrefix) {
            this.text = text;
            this.partitionPrefix = partitionPrefix;
        }

        /// The partition that takes this payload for `slot`: `slot-b`.
        public String partition(Slot slot) {
            return partitionPrefix + "-" + slot;
        }

        static Kind parse(String text) {
            for (Kind kind : values()) {
                if (kind.text.equals(text)) return kind;
            }
            throw new MalformedInput("not a payload kind that this version knows: '" + text + "'");
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /// A file of the release that is named by its digest.
    public record File(Digest digest, long sizeBytes) {
        public static File read(JsonObject json) {
            return new File(new Digest(json.text("sha256")), json.size("size_bytes"));
        }

        public JsonObject toJson() {
            return JsonObject.of("sha256", digest.hex()).with("size_bytes", sizeBytes);
        }
    }

    /// dm-verity parameters (kernel's admin-guide/device-mapper/verity): the tree is appended to
    /// the filesystem.
    ///
    /// @param rootHash SHA-256 at the top of the tree
    /// @param salt hexadecimal, 64 digits
    /// @param dataBlocks blocks of 4096 bytes that the tree covers
    /// @param hashOffsetBytes where the tree (its superblock first) starts in the slot
    public record Verity(Digest rootHash, String salt, long dataBlocks, long hashOffsetBytes) {
        static Verity read(JsonObject json) {
            return new Verity(
                    new Digest(json.text("root_hash")),
                    json.text("salt"),
                    json.size("data_blocks"),
                    json.size("hash_offset_bytes"));
        }

        JsonObject toJson() {
            return JsonObject.of("root_hash", rootHash.hex())
                    .with("salt", salt)
                    .with("data_blocks", dataBlocks)
                    .with("hash_offset_bytes", hashOffsetBytes);
        }
    }

    public static Payload read(JsonObject json) {
        return new Payload(
                Kind.parse(json.text("kind")),
                json.size("size_bytes"),
                new Digest(json.text("sha256")),
                File.read(json.object("index")),
                json.optionalObject("verity").map(Verity::read));
    }

    public JsonObject toJson() {
        JsonObject json =
                JsonObject.of("kind", kind.toString())
                        .with("size_bytes", sizeBytes)
                        .with("sha256", digest.hex())
                        .with("index", index.toJson());
        return verity.isPresent() ? json.with("verity", verity.get().toJson()) : json;
    }
}

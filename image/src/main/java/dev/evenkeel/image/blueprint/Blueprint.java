// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.blueprint;

import dev.evenkeel.core.Compatible;
import dev.evenkeel.core.DataFormat;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.Version;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What an image shall be: the packages that are wanted, how the device is laid out, what is added
/// to the tree, and when a trial boot counts as healthy. All paths are absolute.
///
/// @param file the blueprint's own file
/// @param bases files of the blueprints that it extends, the nearest first
/// @param archives where the image's packages come from
/// @param overlays trees that are copied over the root tree, in this order
/// @param hooks scripts that run inside the finished tree, in this order
/// @param built the time that the release carries, where the lock's own time is not wanted
public record Blueprint(
        Path file,
        List<Path> bases,
        String name,
        String description,
        Version version,
        FleetId fleet,
        List<WantedPackage> packages,
        List<Archive> archives,
        Customizations customizations,
        Compatible compatible,
        Optional<Version> minimum,
        DataFormat dataFormat,
        Layout layout,
        Filesystem filesystem,
        Root root,
        Health health,
        List<Path> overlays,
        List<ExtraFile> files,
        List<Path> hooks,
        Optional<Instant> built) {
    public Blueprint {
        bases = List.copyOf(bases);
        packages = List.copyOf(packages);
        archives = List.copyOf(archives);
        overlays = List.copyOf(overlays);
        files = List.copyOf(files);
        hooks = List.copyOf(hooks);
    }

    /// Reads a blueprint and what it extends. Throws [BlueprintFault] with every mistake found.
    public static Blueprint read(Path file) {
        return BlueprintReader.read(file);
    }

    /// The same blueprint as another version.
    public Blueprint with(Version other) {
        return new Blueprint(
                file,
                bases,
                name,
                description,
                other,
                fleet,
                packages,
                archives,
                customizations,
                compatible,
                minimum,
                dataFormat,
                layout,
                filesystem,
                root,
                health,
                overlays,
                files,
                hooks,
                built);
    }

    /// The same blueprint for another fleet.
    public Blueprint withFleet(FleetId other) {
        return new Blueprint(
                file,
                bases,
                name,
                description,
                version,
                other,
                packages,
                archives,
                customizations,
                compatible,
                minimum,
                dataFormat,
                layout,
                filesystem,
                root,
                health,
                overlays,
                files,
                hooks,
                built);
    }

    /// The same blueprint with one more tree copied over the root tree, after the others.
    public Blueprint withOverlay(Path tree) {
        var more = new ArrayList<>(overlays);
        more.add(tree.toAbsolutePath().normalize());
        return new Blueprint(
                file,
                bases,
                name,
                description,
                version,
                fleet,
                packages,
                archives,
                customizations,
                compatible,
                minimum,
                dataFormat,
                layout,
                filesystem,
                root,
                health,
                more,
                files,
                hooks,
                built);
    }

    /// A package that the image shall hold.
    ///
    /// @param version an exact version, a prefix that ends in `*`, or `*` for any
    /// @param line of the blueprint, for messages
    public record WantedPackage(String name, String version, Path file, int line) {
        /// As apt understands it: `curl`, `curl=8.14.1-2` or `curl=8.14.*`.
        public String wish() {
            return version.equals("*") ? name : name + "=" + version;
        }
    }

    /// A signed archive of Debian packages.
    ///
    /// @param keyring file of the OpenPGP keys that sign it
    public record Archive(String uri, String suite, List<String> components, Path keyring) {
        public Archive {
            components = List.copyOf(components);
        }
    }

    /// Sizes of the partitions that a blueprint may choose, in bytes.
    public record Layout(long slotBytes, long dataBytes, long logBytes) {}

    /// How the slot's filesystem is made.
    ///
    /// @param blockBytes of a squashfs block or an erofs cluster
    /// @param fragments whether small files of a squashfs share blocks: smaller, but less alike
    ///   from one release to the next
    public record Filesystem(
            Type type, String compression, int level, int blockBytes, boolean fragments) {
        /// The filesystems that the initramfs can mount.
        public enum Type {
            SQUASHFS,
            EROFS
        }
    }

    /// How the root filesystem is mounted on the device.
    ///
    /// @param overlaySize as tmpfs understands it: `64M`
    public record Root(Mode mode, String overlaySize) {
        /// `overlay`: memory above the slot; `ram`: the whole slot copied into memory.
        public enum Mode {
            OVERLAY,
            RAM
        }
    }

    /// The health policy and the checks that stand behind it.
    public record Health(
            int attempts,
            int stableSeconds,
            int deadlineSeconds,
            List<Path> required,
            List<Path> wanted) {
        public Health {
            required = List.copyOf(required);
            wanted = List.copyOf(wanted);
        }
    }

    /// One more file in the tree.
    ///
    /// @param path in the tree, absolute
    /// @param mode permission bits
    public record ExtraFile(String path, Source source, int mode) {
        /// Where its content comes from.
        public sealed interface Source {
            /// The text stands in the blueprint.
            record Text(String text) implements Source {}

            /// The content is a file beside the blueprint.
            record Copy(Path file) implements Source {}
        }
    }
}

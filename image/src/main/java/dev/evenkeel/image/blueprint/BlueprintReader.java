// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image.blueprint;

import dev.evenkeel.core.Compatible;
import dev.evenkeel.core.DataFormat;
import dev.evenkeel.core.DeviceType;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.HealthPolicy;
import dev.evenkeel.core.IntRange;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.Version;
import dev.evenkeel.image.blueprint.Blueprint.Archive;
import dev.evenkeel.image.blueprint.Blueprint.ExtraFile;
import dev.evenkeel.image.blueprint.Blueprint.Filesystem;
import dev.evenkeel.image.blueprint.Blueprint.Health;
import dev.evenkeel.image.blueprint.Blueprint.Layout;
import dev.evenkeel.image.blueprint.Blueprint.Root;
import dev.evenkeel.image.blueprint.Blueprint.WantedPackage;
import dev.evenkeel.image.blueprint.BlueprintFault.Mistake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;

/// Reads one blueprint file on top of the one that it extends: its own values win, its packages,
/// overlays, files, checks and hooks are added.
final class BlueprintReader {
    private static final int MAX_DEPTH = 5;
    private static final Path DEBIAN_KEYRING =
            Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");

    private final Path file;
    private final List<Mistake> mistakes = new ArrayList<>();

    private BlueprintReader(Path file) {
        this.file = file;
    }

    static Blueprint read(Path file) {
        return read(file.toAbsolutePath().normalize(), 0);
    }

    private static Blueprint read(Path file, int depth) {
        var reader = new BlueprintReader(file);
        TomlParseResult toml = reader.parse();
        Blueprint blueprint = reader.read(toml, depth);
        if (!reader.mistakes.isEmpty()) throw new BlueprintFault(reader.mistakes);
        return blueprint;
    }

    private TomlParseResult parse() {
        try {
            TomlParseResult toml = Toml.parse(file);
            toml.errors()
                    .forEach(error ->
                            mistakes.add(
                                    new Mistake(
                                            file,
                                            error.position().line(),
                                            error.position().column(),
                                            "",
                                            "TOML",
                                            String.valueOf(error.getMessage()))));
            if (!mistakes.isEmpty()) throw new BlueprintFault(mistakes);
            return toml;
        } catch (IOException unreadable) {
            throw new BlueprintFault(
                    List.of(new Mistake(file, 1, 1, "", "a readable file", unreadable.toString())));
        }
    }

    private Blueprint read(TomlParseResult toml, int depth) {
        var top = new Section(file, "", TomlPosition.positionAt(1, 1), toml, mistakes);
        Optional<Blueprint> base = base(top, depth);

        Optional<String> name =
                top.needed(
                        "name",
                        "a name of a-z, 0-9, '.', '_', '-'",
                        Shapes::name,
                        base.map(Blueprint::name));
        Optional<Version> version =
                top.needed(
                        "version",
                        "a version such as 1.4 or 2.0~rc1",
                        Version::new,
                        base.map(Blueprint::version));
        String description =
                top.text("description").orElse(base.map(Blueprint::description).orElse(""));
        FleetId fleet =
                top.text("fleet", "a fleet name", FleetId::new)
                        .orElse(base.map(Blueprint::fleet).orElse(new FleetId("default")));
        Optional<Version> minimum =
                top.text("minimum_version", "a version", Version::new)
                        .or(() -> base.flatMap(Blueprint::minimum));
        Optional<Instant> built =
                top.text("built", "a time such as 2026-11-20T00:00:00Z", Shapes::instant)
                        .or(() -> base.flatMap(Blueprint::built));
        List<Archive> archives = archives(top, base);
        Optional<Compatible> compatible = compatible(top.section("device"), base);
        DataFormat dataFormat = dataFormat(top.section("data_format"), base);
        Layout layout = layout(top.section("layout"), base);
        Filesystem filesystem = filesystem(top.section("filesystem"), base);
        Root root = root(top.section("root"), base);
        Health health = health(top.section("health"), base);
        Customizations customizations =
                CustomizationsReader.read(
                        file,
                        top.section("customizations"),
                        base.map(Blueprint::customizations).orElse(Customizations.NONE));
        List<WantedPackage> packages = packages(top, base);
        List<Path> overlays =
                joined(
                        base.map(Blueprint::overlays),
                        top.texts("overlay", "a folder beside the blueprint", this::folder));
        List<ExtraFile> files = joined(base.map(Blueprint::files), files(top));
        List<Path> hooks =
                joined(
                        base.map(Blueprint::hooks),
                        top.section("hooks")
                                .texts("build", "a script beside the blueprint", this::existing));
        top.finish();
        if (!mistakes.isEmpty()) throw new BlueprintFault(mistakes);
        return new Blueprint(
                file,
                base.map(BlueprintReader::chain).orElse(List.of()),
                name.orElseThrow(),
                description,
                version.orElseThrow(),
                fleet,
                packages,
                archives,
                customizations,
                compatible.orElseThrow(),
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

    private static List<Path> chain(Blueprint base) {
        var chain = new ArrayList<Path>();
        chain.add(base.file());
        chain.addAll(base.bases());
        return chain;
    }

    private Optional<Blueprint> base(Section top, int depth) {
        Optional<Path> extended =
                top.text("extends", "a blueprint file that exists", this::existing);
        if (extended.isPresent() && depth >= MAX_DEPTH) {
            top.mistake("extends", "at most " + MAX_DEPTH + " blueprints in a row", "more");
            return Optional.empty();
        }
        return extended.map(path -> read(path, depth + 1));
    }

    private List<Archive> archives(Section top, Optional<Blueprint> base) {
        Optional<String> suite =
                top.text("suite", "the name of a suite such as trixie", Shapes::suite);
        var archives = new ArrayList<Archive>();
        for (Section entry : top.sections("archives")) {
            Optional<String> uri =
                    entry.needed(
                            "uri", "http://, https:// or file:///", Shapes::uri, Optional.empty());
            Optional<String> name =
                    entry.needed("suite", "the name of a suite", Shapes::suite, Optional.empty());
            List<String> components =
                    entry.texts("components", "a component such as main", Shapes::suite);
            Path keyring =
                    entry.text("keyring", "a file of keys that exists", this::existing)
                            .orElse(DEBIAN_KEYRING);
            if (uri.isEmpty() || name.isEmpty()) continue;
            archives.add(
                    new Archive(
                            uri.get(),
                            name.get(),
                            components.isEmpty() ? List.of("main") : components,
                            keyring));
        }
        if (suite.isPresent() && !archives.isEmpty()) {
            top.mistake("suite", "either suite or [[archives]]", "both");
        }
        if (!archives.isEmpty()) return archives;
        if (suite.isEmpty() && base.isPresent()) return base.get().archives();
        return List.of(
                new Archive(
                        "http://deb.debian.org/debian",
                        suite.orElse("trixie"),
                        List.of("main"),
                        DEBIAN_KEYRING));
    }

    private Optional<Compatible> compatible(Section device, Optional<Blueprint> base) {
        Optional<DeviceType> type =
                device.needed(
                        "type",
                        "a device type such as qemu-x86",
                        DeviceType::new,
                        base.map(b -> b.compatible().deviceType()));
        IntRange revisions =
                device.range("revisions")
                        .map(pair -> new IntRange(pair[0], pair[1]))
                        .orElse(
                                base.map(b -> b.compatible().revisions())
                                        .orElse(new IntRange(1, 1)));
        return type.map(known -> new Compatible(known, revisions));
    }

    private static DataFormat dataFormat(Section section, Optional<Blueprint> base) {
        DataFormat before =
                base.map(Blueprint::dataFormat).orElse(new DataFormat(new IntRange(1, 1), 1));
        IntRange reads =
                section.range("reads")
                        .map(pair -> new IntRange(pair[0], pair[1]))
                        .orElse(before.reads());
        int writes = section.number("writes", 0, Integer.MAX_VALUE).orElse(before.writes());
        if (!reads.contains(writes)) {
            section.mistake(
                    "writes", "a format that the release also reads (" + reads + ")", "" + writes);
            return before;
        }
        return new DataFormat(reads, writes);
    }

    private static Layout layout(Section section, Optional<Blueprint> base) {
        Layout before =
                base.map(Blueprint::layout).orElse(new Layout(256L << 20, 64L << 20, 64L << 20));
        return new Layout(
                partition(section, "slot_size", before.slotBytes()),
                partition(section, "data_size", before.dataBytes()),
                partition(section, "log_size", before.logBytes()));
    }

    private static long partition(Section section, String key, long before) {
        String expected = "a size in whole MiB from 16M on, such as 256M or 2G";
        return section.text(
                        key,
                        expected,
                        text -> {
                            long bytes = Shapes.size(text);
                            if (bytes < 16L << 20 || bytes % (1 << 20) != 0) {
                                throw new MalformedInput(expected);
                            }
                            return bytes;
                        })
                .orElse(before);
    }

    private static Filesystem filesystem(Section section, Optional<Blueprint> base) {
        Filesystem before =
                base.map(Blueprint::filesystem)
                        .orElse(
                                new Filesystem(
                                        Filesystem.Type.SQUASHFS, "zstd", 9, 128 << 10, true));
        Filesystem.Type type =
                section.text(
                                "type",
                                "squashfs or erofs",
                                text -> Shapes.word(Filesystem.Type.class, text))
                        .orElse(before.type());
        List<String> choices =
                type == Filesystem.Type.SQUASHFS
                        ? List.of("zstd", "xz", "lz4", "gzip")
                        : List.of("zstd", "lz4hc", "lz4", "none");
        String compression =
                section.text(
                                "compression",
                                "one of "
                                        + String.join(", ", choices)
                                        + " for "
                                        + type.name().toLowerCase(java.util.Locale.ROOT),
                                text -> {
                                    if (!choices.contains(text)) throw new MalformedInput(text);
                                    return text;
                                })
                        .orElse(
                                choices.contains(before.compression())
                                        ? before.compression()
                                        : choices.getFirst());
        int block =
                section.text(
                                "block",
                                "4K, 8K, ... up to 1M",
                                text -> {
                                    long bytes = Shapes.size(text);
                                    if (bytes < 4096
                                            || bytes > 1 << 20
                                            || Long.bitCount(bytes) != 1) {
                                        throw new MalformedInput(text);
                                    }
                                    return (int) bytes;
                                })
                        .orElse(before.blockBytes());
        return new Filesystem(
                type,
                compression,
                section.number("level", 1, 22).orElse(before.level()),
                block,
                section.flag("fragments").orElse(before.fragments()));
    }

    private static Root root(Section section, Optional<Blueprint> base) {
        Root before = base.map(Blueprint::root).orElse(new Root(Root.Mode.OVERLAY, "64M"));
        return new Root(
                section.text("mode", "overlay or ram", text -> Shapes.word(Root.Mode.class, text))
                        .orElse(before.mode()),
                section.text("overlay_size", "a size such as 64M", Shapes::sizeText)
                        .orElse(before.overlaySize()));
    }

    private Health health(Section section, Optional<Blueprint> base) {
        HealthPolicy standard = HealthPolicy.DEFAULT;
        Health before =
                base.map(Blueprint::health)
                        .orElse(
                                new Health(
                                        standard.attempts(),
                                        standard.stableSeconds(),
                                        standard.deadlineSeconds(),
                                        List.of(),
                                        List.of()));
        int attempts = section.number("attempts", 1, 9).orElse(before.attempts());
        int stable = section.number("stable_seconds", 0, 3_600).orElse(before.stableSeconds());
        int deadline =
                section.number("deadline_seconds", 30, 86_400).orElse(before.deadlineSeconds());
        if (deadline <= stable) {
            section.mistake(
                    "deadline_seconds", "more than stable_seconds (" + stable + ")", "" + deadline);
        }
        String check = "a script beside the blueprint";
        return new Health(
                attempts,
                stable,
                deadline,
                joined(
                        Optional.of(before.required()),
                        section.texts("required", check, this::existing)),
                joined(
                        Optional.of(before.wanted()),
                        section.texts("wanted", check, this::existing)));
    }

    private List<WantedPackage> packages(Section top, Optional<Blueprint> base) {
        Map<String, WantedPackage> wanted = new LinkedHashMap<>();
        base.ifPresent(b -> b.packages().forEach(p -> wanted.put(p.name(), p)));
        for (Section entry : top.sections("packages")) {
            Optional<String> name =
                    entry.needed(
                            "name",
                            "the name of a Debian package",
                            Shapes::packageName,
                            Optional.empty());
            String version =
                    entry.text(
                                    "version",
                                    "a version, a prefix such as 8.14.*, or *",
                                    Shapes::packageVersion)
                            .orElse("*");
            name.ifPresent(known ->
                    wanted.put(known, new WantedPackage(known, version, file, entry.line())));
        }
        return List.copyOf(wanted.values());
    }

    private List<ExtraFile> files(Section top) {
        var files = new ArrayList<ExtraFile>();
        for (Section entry : top.sections("files")) {
            Optional<String> path =
                    entry.needed(
                            "path",
                            "an absolute path without . and ..",
                            Shapes::treePath,
                            Optional.empty());
            Optional<String> text = entry.text("text");
            Optional<Path> source =
                    entry.text("source", "a file beside the blueprint", this::existing);
            int mode =
                    entry.text("mode", "permission bits in octal such as 0644", Shapes::mode)
                            .orElse(0644);
            if (entry.has("text") == entry.has("source")) {
                entry.mistake(
                        "path",
                        "either text or source beside path",
                        entry.has("text") ? "both" : "neither");
            }
            Optional<ExtraFile.Source> content =
                    text.<ExtraFile.Source>map(ExtraFile.Source.Text::new)
                            .or(() -> source.map(ExtraFile.Source.Copy::new));
            if (path.isPresent() && content.isPresent()) {
                files.add(new ExtraFile(path.get(), content.get(), mode));
            }
        }
        return files;
    }

    private Path existing(String text) {
        Path path = file.resolveSibling(text).toAbsolutePath().normalize();
        if (!Files.isRegularFile(path)) throw new MalformedInput("no such file: " + path);
        return path;
    }

    private Path folder(String text) {
        Path path = file.resolveSibling(text).toAbsolutePath().normalize();
        if (!Files.isDirectory(path)) throw new MalformedInput("no such folder: " + path);
        return path;
    }

    private static <T> List<T> joined(Optional<List<T>> before, List<T> more) {
        var all = new ArrayList<>(before.orElse(List.of()));
        all.addAll(more);
        return all;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fuzz;

import dev.evenkeel.agent.AgentTargets;
import dev.evenkeel.boot.BootTargets;
import dev.evenkeel.content.ContentTargets;
import dev.evenkeel.content.delta.DeltaTargets;
import dev.evenkeel.content.packing.PackingTargets;
import dev.evenkeel.core.CoreTargets;
import dev.evenkeel.image.ImageTargets;
import dev.evenkeel.linux.LinuxTargets;
import dev.evenkeel.server.ServerTargets;
import dev.evenkeel.trust.IdentityTargets;
import dev.evenkeel.trust.TrustTargets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// All targets, and what each starts from.
final class Targets {
    /// Inputs that were found or made by hand: a folder for each target.
    static final Path CORPUS = Path.of("src/test/resources/corpus");

    private Targets() {}

    static List<Target> all() {
        return Stream.of(
                        CoreTargets.all(),
                        TrustTargets.all(),
                        IdentityTargets.all(),
                        ContentTargets.all(),
                        DeltaTargets.all(),
                        PackingTargets.all(),
                        BootTargets.all(),
                        AgentTargets.all(),
                        LinuxTargets.all(),
                        ImageTargets.all(),
                        ServerTargets.all())
                .flatMap(List::stream)
                .toList();
    }

    static Target named(String name) {
        return all().stream()
                .filter(target -> target.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "no target '"
                                        + name
                                        + "'; there are "
                                        + all().stream().map(Target::name).toList()));
    }

    /// The kept inputs of a target by file name: golden files, and its folder of the corpus.
    static Map<String, byte[]> inputs(Target target) {
        var inputs = new TreeMap<String, byte[]>();
        try {
            for (String golden : target.golden()) {
                Path file = Path.of(golden);
                inputs.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
            Path own = CORPUS.resolve(target.name());
            if (!Files.isDirectory(own)) return inputs;
            try (Stream<Path> files = Files.list(own)) {
                for (Path file : files.toList()) {
                    inputs.put(file.getFileName().toString(), Files.readAllBytes(file));
                }
            }
            return inputs;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}

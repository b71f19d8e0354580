// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.Digest;
import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.tool.ToolRoot;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// The agent's Java: linked by jlink from the locked JDK, with the modules that the agent's jars
/// require and no others. Never the builder's own JDK.
final class AgentRuntime {
    private static final String RECIPE = "2";
    private static final String HOME = "/usr/lib/jvm/java-25-openjdk-amd64";

    /// Logging is reached through System.Logger, which requires no module by name.
    private static final List<String> ALWAYS = List.of("java.base", "java.logging");

    private AgentRuntime() {}

    /// The runtime's folder, linked now or before.
    static Path link(List<Path> jars, AgentFiles agent) throws IOException {
        String modules = String.join(",", modules(jars));
        Lock lock = agent.lock();
        String inputs = RECIPE + "\n" + Lock.digestOf(lock.runtime()) + "\n" + modules;
        Path kept =
                agent.store()
                        .cache("runtime")
                        .resolve(Digest.of(inputs.getBytes(UTF_8)).hex().substring(0, 16));
        if (Files.isDirectory(kept)) return kept;
        Path made = agent.work().resolve("runtime");
        ToolRoot java = ToolRoot.java(lock, agent.store(), agent.progress());
        java.sandbox(agent.work())
                .child(
                        "linking the agent's Java runtime",
                        HOME + "/bin/jlink",
                        "--add-modules",
                        modules,
                        "--strip-java-debug-attributes",
                        "--no-header-files",
                        "--no-man-pages",
                        // some of Debian's builds bring the debug symbols: 700 MB
                        "--exclude-files=**.debuginfo",
                        // the slot's filesystem compresses, and better
                        "--compress=zip-0",
                        "--output",
                        made.toString())
                .run();
        Files.createDirectories(kept.getParent());
        Files.move(made, kept, StandardCopyOption.ATOMIC_MOVE);
        return kept;
    }

    /// Modules of the JDK that the jars require.
    static List<String> modules(List<Path> jars) {
        var modules = new TreeSet<>(ALWAYS);
        for (ModuleReference jar : ModuleFinder.of(jars.toArray(Path[]::new)).findAll()) {
            for (ModuleDescriptor.Requires required : jar.descriptor().requires()) {
                boolean optional =
                        required.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC);
                String name = required.name();
                if (!optional && (name.startsWith("java.") || name.startsWith("jdk.")))
                    modules.add(name);
            }
        }
        return new ArrayList<>(modules);
    }
}

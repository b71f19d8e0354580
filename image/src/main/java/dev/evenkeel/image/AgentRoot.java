// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evenkeel.core.Digest;
import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.lock.LockedFile;
import dev.evenkeel.image.lock.Store;
import dev.evenkeel.image.process.Progress;
import dev.evenkeel.image.tool.Sandbox;
import dev.evenkeel.image.tool.ToolRoot;
import dev.evenkeel.image.tool.WorkFolder;
import dev.evenkeel.image.tree.Node;
import dev.evenkeel.image.tree.Tree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The agent as it lies in a slot, run on the builder: the same Java, the same jars with the same
/// sizes and times at the same paths, and the same flags. A class archive made here fits there.
public final class AgentRoot implements AutoCloseable {
    private static final String FLAGS = "root/usr/lib/evenkeel/agent.jvm";
    private static final String MAIN = "dev.evenkeel.agent/dev.evenkeel.agent.Main";

    private final WorkFolder work;
    private final Sandbox sandbox;

    private AgentRoot(WorkFolder work, Sandbox sandbox) {
        this.work = work;
        this.sandbox = sandbox;
    }

    /// Lays out the agent of `lock`; an archive that the lock has already is left out. Close it
    /// when done: it takes some 100 MB.
    public static AgentRoot prepare(Lock lock, Store store, Progress progress) throws IOException {
        WorkFolder work = WorkFolder.in(store.folder(), "agent-");
        try {
            var tree = new Tree(Times.FIXED);
            new AgentFiles(lock.withoutAotCache(), store, work.folder(), progress).putInto(tree);
            Path home = work.newFolder("home");
            for (Map.Entry<String, Node> entry : tree.below(AgentFiles.HOME).entrySet()) {
                String path = entry.getKey().substring(AgentFiles.HOME.length() + 1);
                write(entry.getValue(), home.resolve(path));
            }
            Sandbox sandbox =
                    ToolRoot.java(lock, store, progress)
                            .sandbox()
                            .with(home, "/" + AgentFiles.HOME);
            return new AgentRoot(work, sandbox);
        } catch (IOException | RuntimeException broken) {
            work.close();
            throw broken;
        }
    }

    /// Everything that a class archive depends on: another digest needs another archive.
    public static Digest inputs(Lock lock) throws IOException {
        var text = new StringBuilder(Lock.digestOf(lock.runtime()).hex()).append('\n');
        for (LockedFile jar : lock.agent()) text.append(jar.digest()).append('\n');
        text.append(new String(DeviceFiles.bytes(FLAGS), UTF_8));
        return Digest.of(text.toString().getBytes(UTF_8));
    }

    /// The host's command line that runs the agent as its launcher does, with `folder` in sight.
    ///
    /// @param more flags of the JVM, after those of `agent.jvm`
    /// @param arguments of the agent
    public List<String> command(Path folder, List<String> more, List<String> arguments)
            throws IOException {
        var java = new ArrayList<String>();
        java.add("/" + AgentFiles.HOME + "/runtime/bin/java");
        java.addAll(DeviceFiles.lines(FLAGS));
        java.addAll(more);
        java.addAll(List.of("-p", "/" + AgentFiles.HOME + "/agent", "-m", MAIN));
        java.addAll(arguments);
        return sandbox.with(folder).command(java);
    }

    @Override
    public void close() {
        work.close();
    }

    private static void write(Node node, Path path) throws IOException {
        switch (node) {
            case Node.Folder _ -> Files.createDirectories(path);
            case Node.Link link -> Files.createSymbolicLink(path, Path.of(link.to()));
            case Node.File file -> {
                try (InputStream content = file.content().open()) {
                    Files.copy(content, path);
                }
                boolean isProgram = (file.mode() & 0111) != 0;
                Files.setPosixFilePermissions(
                        path,
                        PosixFilePermissions.fromString(isProgram ? "rwxr-xr-x" : "rw-r--r--"));
                Files.setLastModifiedTime(path, FileTime.from(file.time()));
            }
        }
    }
}

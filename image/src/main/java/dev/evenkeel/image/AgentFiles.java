// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.image;

import dev.evenkeel.image.lock.Lock;
import dev.evenkeel.image.lock.LockedFile;
import dev.evenkeel.image.lock.Store;
import dev.evenkeel.image.process.Progress;
import dev.evenkeel.image.tree.Content;
import dev.evenkeel.image.tree.Node;
import dev.evenkeel.image.tree.Tree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/// The agent in the tree: its runtime, its jars, the native library of zstd, and its AOT cache.
/// Jars are written again without compression (the slot compresses) and without the native
/// libraries of other machines; every time is fixed, because an AOT cache only fits jars of the
/// same size and time.
///
/// @param work a folder for what is made on the way
record AgentFiles(Lock lock, Store store, Path work, Progress progress) {
    static final String HOME = "usr/lib/evenkeel";
    private static final String NATIVE = "linux/amd64/libzstd-jni";

    static AgentFiles of(Build build) {
        return new AgentFiles(build.lock(), build.store(), build.work().folder(), build.progress());
    }

    void putInto(Tree tree) throws IOException {
        if (lock.agent().isEmpty()) return;
        Path jars = Files.createDirectories(work.resolve("jars"));
        var paths = new ArrayList<Path>();
        for (LockedFile jar : lock.agent()) {
            Path named = jars.resolve(jar.name());
            Files.copy(store.verified(jar), named);
            paths.add(named);
            byte[] plain = Files.readAllBytes(named);
            put(tree, HOME + "/agent/" + jar.name(), new Content.Bytes(repacked(plain)), 0644);
            nativeLibrary(plain)
                    .ifPresent(library ->
                            put(
                                    tree,
                                    HOME + "/lib/libzstd-jni.so",
                                    new Content.Bytes(library),
                                    0644));
        }
        putRuntime(tree, AgentRuntime.link(paths, this));
        lock.aotCache()
                .ifPresent(aot ->
                        put(
                                tree,
                                HOME + "/agent.aot",
                                new Content.Host(store.verified(aot)),
                                0644));
    }

    private static void putRuntime(Tree tree, Path runtime) throws IOException {
        try (Stream<Path> files = Files.walk(runtime)) {
            for (Path file : files.filter(f -> !f.equals(runtime)).toList()) {
                String path = HOME + "/runtime/" + runtime.relativize(file);
                if (Files.isSymbolicLink(file)) {
                    tree.put(
                            path,
                            new Node.Link(
                                    Files.readSymbolicLink(file).toString(), 0, 0, Times.FIXED));
                } else if (Files.isRegularFile(file)) {
                    put(tree, path, new Content.Host(file), Files.isExecutable(file) ? 0755 : 0644);
                }
            }
        }
    }

    private static void put(Tree tree, String path, Content content, int mode) {
        tree.put(path, new Node.File(content, mode, 0, 0, Times.FIXED));
    }

    /// The same jar: entries sorted, stored, with a fixed time, without native libraries.
    static byte[] repacked(byte[] jar) throws IOException {
        var entries = new TreeMap<String, byte[]>();
        byte[] manifest = null;
        try (var in = new ZipInputStream(new java.io.ByteArrayInputStream(jar))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (entry.isDirectory() || isNative(entry.getName())) continue;
                if (entry.getName().equals("META-INF/MANIFEST.MF")) manifest = in.readAllBytes();
                else entries.put(entry.getName(), in.readAllBytes());
            }
        }
        var out = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(out)) {
            zip.setMethod(ZipOutputStream.STORED);
            // readers expect the manifest first
            if (manifest != null) store("META-INF/MANIFEST.MF", manifest, zip);
            for (var entry : entries.entrySet()) store(entry.getKey(), entry.getValue(), zip);
        }
        return out.toByteArray();
    }

    private static boolean isNative(String name) {
        return name.endsWith(".so") || name.endsWith(".dylib") || name.endsWith(".dll");
    }

    private static void store(String name, byte[] content, ZipOutputStream zip) throws IOException {
        var entry = new ZipEntry(name);
        var crc = new CRC32();
        crc.update(content);
        entry.setCrc(crc.getValue());
        entry.setSize(content.length);
        entry.setCompressedSize(content.length);
        // the format has local time without a zone; this constructor writes it as given
        entry.setTimeLocal(
                java.time.LocalDateTime.ofInstant(Times.FIXED, java.time.ZoneOffset.UTC));
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    private static Optional<byte[]> nativeLibrary(byte[] jar) {
        try (var in = new ZipInputStream(new java.io.ByteArrayInputStream(jar))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (entry.getName().startsWith(NATIVE) && entry.getName().endsWith(".so")) {
                    return Optional.of(in.readAllBytes());
                }
            }
            return Optional.empty();
        } catch (IOException broken) {
            throw new BuildFault.Unwritable("reading a jar of the agent", broken);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.delta;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What came of making deltas, in a file (`docs/formats/delta-records.md`): so that one that saves
/// nothing is not made at every start again. Nothing rests on it: a lost file costs processor time.
final class DeltaRecords {
    private static final Logger LOG = LoggerFactory.getLogger(DeltaRecords.class);
    private static final int FORMAT = 1;
    private static final int MOST_BYTES = 4 << 20;
    private static final String TYPE = "evenkeel-delta-records";
    private static final Set<String> KNOWN = Set.of("type", "format", "records");

    /// One delta that was made.
    ///
    /// @param memoryBytes the limit that it was made for
    /// @param kept whether it was worth keeping
    /// @param unknown members that this version does not know; kept
    record Entry(
            DeltaPair pair,
            long memoryBytes,
            boolean kept,
            long bytes,
            long cpuMillis,
            JsonObject unknown) {
        private static final Set<String> MEMBERS =
                Set.of("old", "new", "memory_bytes", "kept", "bytes", "cpu_ms");

        static Entry read(JsonObject json) {
            return new Entry(
                    new DeltaPair(new Digest(json.text("old")), new Digest(json.text("new"))),
                    json.size("memory_bytes"),
                    json.flag("kept"),
                    json.size("bytes"),
                    json.size("cpu_ms"),
                    json.without(MEMBERS));
        }

        JsonObject toJson() {
            return unknown.withAll(
                    JsonObject.of("old", pair.old().hex())
                            .with("new", pair.fresh().hex())
                            .with("memory_bytes", memoryBytes)
                            .with("kept", kept)
                            .with("bytes", bytes)
                            .with("cpu_ms", cpuMillis));
        }
    }

    private final Path file;
    private final Map<DeltaPair, Entry> entries;
    private final JsonObject unknown;

    private DeltaRecords(Path file, Map<DeltaPair, Entry> entries, JsonObject unknown) {
        this.file = file;
        this.entries = entries;
        this.unknown = unknown;
    }

    static DeltaRecords open(Path file) throws IOException {
        if (!Files.exists(file))
            return new DeltaRecords(file, new LinkedHashMap<>(), JsonObject.EMPTY);
        try {
            if (Files.size(file) > MOST_BYTES) throw new MalformedInput("it is too large");
            return read(file, Files.readAllBytes(file));
        } catch (MalformedInput broken) {
            LOG.warn("{}: {}; begun anew", file, broken.getMessage());
            return new DeltaRecords(file, new LinkedHashMap<>(), JsonObject.EMPTY);
        }
    }

    static DeltaRecords read(Path file, byte[] bytes) {
        JsonObject json = StrictJson.parseObject(bytes, MOST_BYTES);
        if (!json.text("type").equals(TYPE)) throw new MalformedInput("it is no " + TYPE);
        json.requireFormat(FORMAT);
        Map<DeltaPair, Entry> entries = new LinkedHashMap<>();
        for (JsonObject one : json.array("records").objects()) {
            Entry entry = Entry.read(one);
            entries.put(entry.pair(), entry);
        }
        return new DeltaRecords(file, entries, json.without(KNOWN));
    }

    byte[] toBytes() {
        var all = entries.values().stream().<Json>map(Entry::toJson).toList();
        return unknown.withAll(
                        JsonObject.of("type", TYPE)
                                .with("format", FORMAT)
                                .with("records", new JsonArray(all)))
                .toCanonicalBytes();
    }

    Optional<Entry> find(DeltaPair pair, long memoryBytes) {
        return Optional.ofNullable(entries.get(pair))
                .filter(entry -> entry.memoryBytes() == memoryBytes);
    }

    void put(Entry entry) throws IOException {
        entries.put(entry.pair(), entry);
        save();
    }

    /// Forgets all other pairs.
    void keepOnly(Collection<DeltaPair> pairs) throws IOException {
        if (entries.keySet().retainAll(Set.copyOf(pairs))) save();
    }

    private void save() throws IOException {
        Path beside = file.resolveSibling("." + file.getFileName() + ".new");
        try (FileChannel out =
                FileChannel.open(
                        beside,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(toBytes());
            while (bytes.hasRemaining()) out.write(bytes);
            out.force(true);
        }
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
    }
}

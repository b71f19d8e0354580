// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.delta;

import dev.evenkeel.content.ContentFault;
import dev.evenkeel.content.ContentFolder;
import dev.evenkeel.content.ContentPath;
import dev.evenkeel.content.StoredDelta;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.trust.MetadataPublisher;
import dev.evenkeel.trust.TargetFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The deltas that are there: their files in the repository, the signed role that names them, and
/// what is remembered of making them. A file comes before its name and goes after it.
final class DeltaShelf {
    private static final Logger LOG = LoggerFactory.getLogger(DeltaShelf.class);

    private final ContentFolder content;
    private final MetadataPublisher metadata;
    private final InstantSource clock;
    private final DeltaRecords records;
    private final long memoryBytes;
    private final Duration grace;

    DeltaShelf(DeltaQueue.Parts parts, DeltaOptions options) throws IOException {
        this.content = parts.content();
        this.metadata = parts.metadata();
        this.clock = parts.clock();
        this.records = DeltaRecords.open(parts.folder().resolve("records.json"));
        this.memoryBytes = options.memoryBytes();
        this.grace = options.pace().grace();
    }

    /// Why no delta can be offered; empty when one can.
    Optional<String> refusal() throws IOException {
        return metadata.deltaRefusal();
    }

    /// What is named, and the files; read at one moment.
    final class Contents {
        private final Map<String, TargetFile> named;
        private final Map<DeltaPair, StoredDelta> files = new HashMap<>();
        private boolean isRead;

        private Contents(Map<String, TargetFile> named) {
            this.named = named;
        }

        boolean isNamed(DeltaPair pair) {
            return named.containsKey(pair.target());
        }

        /// The file that is named, or else one that can be: that of a server that was killed before
        /// it named it.
        Optional<StoredDelta> file(DeltaPair pair) throws IOException {
            if (!isRead) readFiles();
            return Optional.ofNullable(files.get(pair));
        }

        private void readFiles() throws IOException {
            for (StoredDelta delta : content.deltas()) {
                if (delta.memoryBytes() > memoryBytes) continue; // made for another limit
                var pair = new DeltaPair(delta.old(), delta.fresh());
                TargetFile target = named.get(pair.target());
                boolean isIt = target != null && target.digest().equals(delta.name());
                if (isIt || !files.containsKey(pair)) files.put(pair, delta);
            }
            isRead = true;
        }
    }

    Contents contents() throws IOException {
        return new Contents(metadata.deltas());
    }

    /// What is known of a pair from before, most of all from an earlier run of the server.
    DeltaState state(DeltaPair pair, ChunkCost cost, Contents contents) throws IOException {
        Optional<DeltaRecords.Entry> record = records.find(pair, memoryBytes);
        if (record.isPresent() && !record.get().kept()) {
            return useless(record.get().bytes(), cost, record.get().cpuMillis());
        }
        Optional<StoredDelta> file = contents.file(pair);
        if (file.isPresent()) {
            content.touchDelta(file.get().name());
            offer(file.get());
            long cpuMillis = record.map(DeltaRecords.Entry::cpuMillis).orElse(0L);
            return new DeltaState.Ready(file.get().name(), file.get().sizeBytes(), cpuMillis);
        }
        return cost.missingBytes() == 0
                ? new DeltaState.Useless("the old image has every chunk of the new one", 0, 0)
                : new DeltaState.Waiting();
    }

    boolean isThere(DeltaState.Ready ready) {
        return content.file(ContentPath.delta(ready.name())).isPresent();
    }

    /// Lets devices find a delta that was just made.
    DeltaState put(DeltaPair pair, Path file, long cpuMillis) throws IOException {
        StoredDelta delta = content.addDelta(file);
        if (!delta.target().equals(pair.target())) {
            throw new IOException("the delta that was made is " + delta.target());
        }
        offer(delta);
        remember(pair, true, delta.sizeBytes(), cpuMillis);
        return new DeltaState.Ready(delta.name(), delta.sizeBytes(), cpuMillis);
    }

    /// Remembers that a delta that was made saves nothing.
    DeltaState reject(DeltaPair pair, ChunkCost cost, long bytes, long cpuMillis)
            throws IOException {
        remember(pair, false, bytes, cpuMillis);
        return useless(bytes, cost, cpuMillis);
    }

    private void remember(DeltaPair pair, boolean isKept, long bytes, long cpuMillis)
            throws IOException {
        records.put(
                new DeltaRecords.Entry(
                        pair, memoryBytes, isKept, bytes, cpuMillis, JsonObject.EMPTY));
    }

    private static DeltaState useless(long bytes, ChunkCost cost, long cpuMillis) {
        return new DeltaState.Useless(
                "it has "
                        + bytes
                        + " bytes, the chunks that it would save have "
                        + cost.missingBytes(),
                bytes,
                cpuMillis);
    }

    private void offer(StoredDelta delta) throws IOException {
        TargetFile before = metadata.deltas().get(delta.target());
        if (before != null && !before.digest().equals(delta.name())) {
            content.touchDelta(before.digest()); // its grace begins
        }
        metadata.offerDelta(delta.target(), delta.headBytes(), clock.instant());
    }

    /// Withdraws what nobody needs any more or whose file is gone, and removes files whose grace is
    /// over.
    void keepOnly(Set<DeltaPair> needed) throws IOException {
        Set<String> dropped = new HashSet<>();
        Set<Digest> named = new HashSet<>();
        for (TargetFile target : metadata.deltas().values()) {
            DeltaPair pair = DeltaPair.ofTarget(target.name());
            boolean isThere = content.file(ContentPath.delta(target.digest())).isPresent();
            if (needed.contains(pair) && isThere) {
                named.add(target.digest());
                continue;
            }
            LOG.info(
                    "delta {} is withdrawn: {}",
                    pair,
                    isThere ? "no device needs it any more" : "its file is gone");
            content.touchDelta(target.digest());
            dropped.add(target.name());
        }
        metadata.withdrawDeltas(dropped, clock.instant());
        records.keepOnly(needed);
        if (!named.containsAll(content.deltaNames())) removeFiles();
    }

    private void removeFiles() throws IOException {
        try {
            content.removeUnnamedDeltas(clock.instant(), grace);
        } catch (ContentFault.Unsound later) {
            LOG.warn("{}", later.getMessage());
        }
    }
}

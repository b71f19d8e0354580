// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.content.ChunkIndex;
import dev.evenkeel.content.ContentFault;
import dev.evenkeel.content.ContentSource;
import dev.evenkeel.content.LocalChunks;
import dev.evenkeel.content.Locations;
import dev.evenkeel.content.ReusePlan;
import dev.evenkeel.content.Unfinished;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Disk;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.Payload;
import dev.evenkeel.core.Slot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/// Brings a release into the inactive slot: plan, write, read back. Knows nothing of stages.
final class Installer {
    /// Told while bytes move; throws [Abandoned] to stop.
    interface Progress {
        void at(long doneBytes, long downloadedBytes) throws IOException;
    }

    /// The boot image comes last: until then the slot cannot even be loaded.
    private static final List<Payload.Kind> ORDER =
            List.of(Payload.Kind.SLOT_IMAGE, Payload.Kind.BOOT_IMAGE);

    private final Device device;
    private final Memory memory;
    private final ContentSource source;
    private final Log log;
    private final int flushBytes;
    private final Unfinished unfinished = new Unfinished();
    private final Descriptions descriptions;

    Installer(Device device, Memory memory, ContentSource source, Log log, int flushBytes) {
        this.device = device;
        this.memory = memory;
        this.source = source;
        this.log = log;
        this.flushBytes = flushBytes;
        this.descriptions = new Descriptions(source);
    }

    /// Works out how each chunk comes here and logs it; writes nothing.
    void plan(Update update) throws IOException {
        Ledger ledger = ledger(update);
        try (var reuse = Reuse.open(this, update.slot().other())) {
            long fetch = 0;
            long reused = 0;
            for (Payload.Kind kind : ORDER) {
                Payload payload = payload(update, kind);
                ChunkIndex index = index(payload);
                try (Disk disk = device.open(kind.partition(update.slot()), false)) {
                    BitSet standing = standing(index, cached(disk), ledger.done(kind));
                    ReusePlan plan =
                            ReusePlan.of(
                                    index, locations(payload, index), standing, reuse.chunks());
                    log.info("plan for " + update + ", " + kind + ": " + plan);
                    fetch += plan.bytesToFetch();
                    reused += plan.bytesReused();
                }
            }
            log.info(
                    "plan for "
                            + update
                            + ": fetch "
                            + fetch
                            + " bytes, reuse "
                            + reused
                            + " bytes, write into slot "
                            + update.slot());
        }
    }

    /// What is known to stand in the slot.
    Ledger ledger(Update update) {
        Digest manifest =
                update.release()
                        .manifest()
                        .orElseThrow(() -> new CannotInstall("the release has no manifest"));
        return memory.ledger(manifest, update.slot());
    }

    /// Writes every chunk that is not there yet.
    ///
    /// @param isAgain whether the read-back found a difference: then only the medium is believed,
    ///   because the page cache still holds what the medium did not keep
    void write(Update update, boolean isAgain, Progress progress) throws IOException {
        // before the first byte: the ledger of another release in this slot is void from here on
        memory.store(ledger(update));
        try (var reuse = Reuse.open(this, update.slot().other())) {
            var done = new Done(update, ledger(update), progress);
            for (Payload.Kind kind : ORDER) {
                write(update, kind, isAgain, reuse.chunks(), done);
            }
        }
    }

    private void write(
            Update update, Payload.Kind kind, boolean isAgain, LocalChunks local, Done done)
            throws IOException {
        Payload payload = payload(update, kind);
        // after a read-back every place is suspect, and every one may be right: the ledger counts
        // for nothing, also when the power went between that read-back and now
        int ledger = isAgain ? 0 : done.ledger.done(kind);
        ChunkIndex index = index(payload);
        for (int i = 0; i < ledger; i++) {
            done.bytes += index.chunk(i).rawBytes();
        }
        if (ledger == index.chunks().size()) return;
        done.kind = kind;
        try (Disk disk = device.open(kind.partition(update.slot()), true)) {
            Locations locations = locations(payload, index);
            BitSet standing =
                    isAgain
                            ? SlotWriter.standing(
                                    index, pastCache(disk), 0, (int) index.imageBytes())
                            : standing(index, cached(disk), ledger);
            ReusePlan plan = ReusePlan.of(index, locations, standing, local);
            try (var writer =
                    new SlotWriter(index, disk, local, source, unfinished, done, flushBytes)) {
                writer.write(plan, locations, ledger);
            } catch (ContentFault | Server.Refusal wrong) {
                // the pack may have moved: ask again where the chunks lie
                descriptions.forgetLocations();
                throw wrong;
            } finally {
                // what a broken link left behind is not lost, nor is the count of its bytes
                done.keepCount();
            }
        }
    }

    /// Reads the whole slot back; says what differs from the manifest.
    Optional<String> verify(Update update, Progress progress) throws IOException {
        long downloaded = ledger(update).downloadedBytes();
        return difference(
                update.release(),
                update.slot(),
                _ -> progress.at(update.release().rawBytes(), downloaded));
    }

    /// Reads the release in a slot back; says what differs from its manifest. Nothing differs where
    /// the manifest is not known.
    Optional<String> difference(Release release, Slot slot, ReadBack.Progress progress)
            throws IOException {
        var block = new ReadBack(device.alignedBuffer(ReadBack.BLOCK_BYTES));
        for (Payload payload : release.payloads()) {
            String partition = payload.kind().partition(slot);
            try (Disk disk = device.open(partition, false)) {
                Digest found = block.digest(disk, payload.sizeBytes(), progress);
                if (!found.equals(payload.digest())) {
                    return Optional.of(
                            partition
                                    + ": reading back expected SHA-256 "
                                    + payload.digest().brief()
                                    + "..., found "
                                    + found.brief()
                                    + "...");
                }
            }
        }
        return Optional.empty();
    }

    /// Counts what is done, and moves the ledger after each flush.
    private final class Done implements SlotWriter.Progress {
        private final Update update;
        private final Progress progress;
        private Ledger ledger;
        private Payload.Kind kind = Payload.Kind.SLOT_IMAGE;
        private long bytes;
        private long downloaded;

        Done(Update update, Ledger ledger, Progress progress) {
            this.update = update;
            this.ledger = ledger;
            this.progress = progress;
            this.downloaded = ledger.downloadedBytes();
        }

        @Override
        public void wrote(int rawBytes, int frameBytes) throws IOException {
            bytes += rawBytes;
            downloaded += frameBytes;
            progress.at(bytes, downloaded);
        }

        @Override
        public void flushed(int chunks) throws IOException {
            ledger = ledger.with(kind, chunks, downloaded);
            memory.store(ledger);
        }

        void keepCount() throws IOException {
            if (downloaded == ledger.downloadedBytes()) return;
            ledger = ledger.with(kind, ledger.done(kind), downloaded);
            memory.store(ledger);
            log.info(update + ": " + downloaded + " bytes fetched so far");
        }
    }

    private BitSet standing(ChunkIndex index, SlotWriter.Reader reader, int ledger)
            throws IOException {
        return SlotWriter.standing(index, reader, ledger, flushBytes);
    }

    private static SlotWriter.Reader cached(Disk disk) {
        return (offset, into) -> disk.read(offset, ByteBuffer.wrap(into));
    }

    private SlotWriter.Reader pastCache(Disk disk) {
        return new ReadBack(device.alignedBuffer(ReadBack.BLOCK_BYTES)).of(disk);
    }

    private static Payload payload(Update update, Payload.Kind kind) {
        return update.release().payloads().stream()
                .filter(payload -> payload.kind() == kind)
                .findFirst()
                .orElseThrow(() -> new CannotInstall("the release has no " + kind));
    }

    private ChunkIndex index(Payload payload) throws IOException {
        byte[] bytes = descriptions.index(payload.index());
        try {
            ChunkIndex index = ChunkIndex.read(bytes);
            if (index.image().equals(payload.digest())
                    && index.imageBytes() == payload.sizeBytes()) {
                return index;
            }
        } catch (MalformedInput wrong) {
            throw new CannotInstall("its " + payload.kind() + ": " + wrong.getMessage());
        }
        throw new CannotInstall(
                "its " + payload.kind() + " and the chunk index do not belong together");
    }

    private Locations locations(Payload payload, ChunkIndex index) throws IOException {
        return descriptions.locations(payload.index().digest(), index);
    }

    /// The chunks of the release that runs, read from its own slot.
    private record Reuse(List<Disk> disks, LocalChunks chunks) implements AutoCloseable {
        static Reuse open(Installer installer, Slot active) throws IOException {
            var images = new ArrayList<LocalChunks.Image>();
            var disks = new ArrayList<Disk>();
            Optional<Release> release = installer.memory.history().in(active);
            try {
                for (Payload payload : release.map(Release::payloads).orElse(List.of())) {
                    ChunkIndex index = installer.index(payload);
                    Disk disk = installer.device.open(payload.kind().partition(active), false);
                    disks.add(disk);
                    images.add(new LocalChunks.Image(index, disk));
                }
            } catch (ContentFault.NotCarried | CannotInstall noIndex) {
                installer.log.warn("no chunk reuse: " + noIndex.getMessage());
                images.clear();
            } catch (IOException | RuntimeException failed) {
                for (Disk disk : disks) disk.close();
                throw failed;
            }
            return new Reuse(disks, new LocalChunks(images));
        }

        @Override
        public void close() throws IOException {
            for (Disk disk : disks) disk.close();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.content.ChunkIndex;
import dev.evenkeel.content.ContentFault;
import dev.evenkeel.content.ContentSource;
import dev.evenkeel.content.LocalChunks;
import dev.evenkeel.content.Locations;
import dev.evenkeel.content.ReusePlan;
import dev.evenkeel.content.Unfinished;
import dev.evenkeel.content.delta.DeltaApply;
import dev.evenkeel.content.delta.DeltaChunks;
import dev.evenkeel.content.delta.DeltaFault;
import dev.evenkeel.content.delta.DeltaHead;
import dev.evenkeel.content.packing.PackingFault;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.Disk;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.Payload;
import dev.evenkeel.core.Slot;
import dev.evenkeel.core.message.DownloadPlan;
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

    /// What applying a delta may take, its encoders included; see the agent's heap.
    private static final long MOST_DELTA_MEMORY = 64L << 20;

    private final Device device;
    private final Memory memory;
    private final ContentSource source;
    private final Log log;
    private final int flushBytes;
    private final Unfinished unfinished = new Unfinished();
    private final Descriptions descriptions;
    private final Deltas deltas;
    private String notice = "";

    Installer(
            Device device,
            Memory memory,
            ContentSource source,
            Deltas deltas,
            Log log,
            int flushBytes) {
        this.device = device;
        this.memory = memory;
        this.source = source;
        this.deltas = deltas;
        this.log = log;
        this.flushBytes = flushBytes;
        this.descriptions = new Descriptions(source);
    }

    /// What an operator should know of how the release came; empty when nothing was unusual.
    String notice() {
        return notice;
    }

    /// Works out how each chunk comes here and logs it; writes nothing. Throws [BeyondBudget] where
    /// that costs more than it may.
    DownloadPlan plan(Update update) throws IOException {
        notice = "";
        deltas.forget();
        Ledger ledger = ledger(update);
        try (var reuse = Reuse.open(this, update.slot().other())) {
            var spending = new Spending(update.terms(), ledger.downloadedBytes());
            for (Payload.Kind kind : ORDER) {
                Payload payload = payload(update, kind);
                ChunkIndex index = index(payload);
                try (Disk disk = device.open(kind.partition(update.slot()), false)) {
                    BitSet standing = standing(index, cached(disk), ledger.done(kind));
                    Way way = way(payload, index, standing, reuse, ledger);
                    log.info("plan for " + update + ", " + kind + ": " + way);
                    spending.add(way.plan(), way.why());
                }
            }
            DownloadPlan plan = spending.plan();
            log.info(
                    "plan for "
                            + update
                            + ": fetch "
                            + plan.fetchBytes()
                            + " bytes, reuse "
                            + plan.reusedBytes()
                            + " bytes, write into slot "
                            + update.slot());
            return heeded(update, plan);
        }
    }

    /// What is beyond a budget and allowed all the same is told.
    private DownloadPlan heeded(Update update, DownloadPlan plan) {
        if (plan.decision() != DownloadPlan.Decision.GO) throw new BeyondBudget(plan);
        if (update.terms().beyond(plan.fetchBytes()).isPresent()
                && plan.way() != DownloadPlan.Way.REUSE) {
            notice = plan.why();
            log.warn(update + ": " + notice);
        }
        return plan;
    }

    /// How one image comes here: the cheapest way in bytes.
    ///
    /// @param why in plain words why no delta is in it; empty when one is, or none is needed
    private record Way(ReusePlan plan, Optional<DeltaFrames> delta, String why) {
        @Override
        public String toString() {
            return why.isEmpty() ? plan.toString() : plan + "; no delta: " + why;
        }
    }

    private Way way(Payload payload, ChunkIndex index, BitSet standing, Reuse reuse, Ledger ledger)
            throws IOException {
        ReusePlan chunks = ReusePlan.of(index, standing, reuse.chunks());
        if (chunks.bytesToFetch() == 0) return new Way(chunks, Optional.empty(), "");
        if (!ledger.takesDeltas()) return without(chunks, "it was of no use for this release");
        Optional<Reuse.Old> old = reuse.old(payload.kind());
        if (old.isEmpty()) return without(chunks, "what runs here is not known");
        Digest from = old.get().payload().digest();
        Optional<Deltas.Named> named = deltas.find(from, payload.digest());
        if (named.isEmpty()) {
            return without(chunks, "none is offered from image " + from.brief() + "...");
        }
        int headBytes = deltas.holds(named.get()) ? 0 : named.get().headBytes();
        if (headBytes >= chunks.bytesToFetch()) return without(chunks, "its head alone is larger");
        try {
            Optional<DeltaHead> head = deltas.head(named.get(), from, payload.digest());
            if (head.isEmpty()) return without(chunks, "the carrier does not have it");
            var cut = new DeltaChunks(head.get(), index);
            ReusePlan patched = chunks.with(index, cut);
            if (patched.bytesToFetch() >= chunks.bytesToFetch()) {
                return without(chunks, "it would cost " + patched.bytesToFetch() + " bytes");
            }
            var apply =
                    new DeltaApply(head.get(), new DiskBytes(old.get().disk()), MOST_DELTA_MEMORY);
            var frames = new DeltaFrames(named.get(), head.get(), cut, apply, source, unfinished);
            return new Way(patched, Optional.of(frames), "");
        } catch (DeltaFault | PackingFault | MalformedInput wrong) {
            return without(chunks, String.valueOf(wrong.getMessage()));
        }
    }

    private static Way without(ReusePlan chunks, String why) {
        return new Way(chunks, Optional.empty(), why);
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
                write(update, kind, isAgain, reuse, done);
            }
        }
    }

    private void write(Update update, Payload.Kind kind, boolean isAgain, Reuse reuse, Done done)
            throws IOException {
        Payload payload = payload(update, kind);
        // after a read-back every place is suspect, and every one may be right: the ledger counts
        // for nothing, also when the power went between that read-back and now
        int ledger = isAgain ? 0 : done.ledger.done(kind);
        ChunkIndex index = index(payload);
        long before = done.bytes;
        for (int i = 0; i < ledger; i++) {
            done.bytes += index.chunk(i).rawBytes();
        }
        if (ledger == index.chunks().size()) return;
        done.kind = kind;
        try (Disk disk = device.open(kind.partition(update.slot()), true)) {
            BitSet standing =
                    isAgain
                            ? SlotWriter.standing(
                                    index, pastCache(disk), 0, (int) index.imageBytes())
                            : standing(index, cached(disk), ledger);
            Way way = way(payload, index, standing, reuse, done.ledger);
            // not what was planned
            if (!done.ledger.takesDeltas()) log.info(update + ", " + kind + ": " + way);
            var spending = new Spending(update.terms(), done.downloaded);
            spending.add(way.plan(), way.why());
            heeded(update, spending.plan());
            try (var writer =
                    new SlotWriter(
                            index, disk, reuse.chunks(), source, unfinished, done, flushBytes)) {
                writer.write(way.plan(), () -> locations(payload, index), way.delta(), ledger);
                return;
            } catch (DeltaFrames.Useless useless) {
                done.refuseDeltas(String.valueOf(useless.getMessage()));
            } catch (ContentFault | Server.Refusal wrong) {
                // the pack may have moved: ask again where the chunks lie
                descriptions.forgetLocations();
                throw wrong;
            } finally {
                // what a broken link left behind is not lost, nor is the count of its bytes
                done.keepCount();
            }
        }
        // what the delta made until then stands, and is not fetched
        done.bytes = before;
        write(update, kind, isAgain, reuse, done);
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
        public void fetched(int count) throws IOException {
            downloaded += count;
            progress.at(bytes, downloaded);
        }

        @Override
        public void applies() throws IOException {
            ledger =
                    ledger.with(kind, ledger.done(kind), downloaded)
                            .withDeltaTries(ledger.deltaTries() + 1);
            memory.store(ledger);
        }

        @Override
        public void wrote(int rawBytes) throws IOException {
            bytes += rawBytes;
            progress.at(bytes, downloaded);
        }

        @Override
        public void flushed(int chunks) throws IOException {
            ledger = ledger.with(kind, chunks, downloaded);
            if (ledger.takesDeltas()) ledger = ledger.withDeltaTries(0);
            memory.store(ledger);
        }

        /// Durably, so that a restart does not begin with the same fault again.
        void refuseDeltas(String why) throws IOException {
            ledger = ledger.withDeltaTries(Ledger.MOST_DELTA_TRIES);
            memory.store(ledger);
            notice = "goes on without a delta: " + why;
            log.error(update + " " + notice);
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

    /// The release that runs, read from its own slot.
    private record Reuse(List<Old> images, LocalChunks chunks) implements AutoCloseable {
        /// An image of it.
        record Old(Payload payload, Disk disk) {}

        static Reuse open(Installer installer, Slot active) throws IOException {
            var cut = new ArrayList<LocalChunks.Image>();
            var images = new ArrayList<Old>();
            Optional<Release> release = installer.memory.history().in(active);
            try {
                for (Payload payload : release.map(Release::payloads).orElse(List.of())) {
                    Disk disk = installer.device.open(payload.kind().partition(active), false);
                    images.add(new Old(payload, disk));
                    cut.add(new LocalChunks.Image(installer.index(payload), disk));
                }
            } catch (ContentFault.NotCarried | CannotInstall noIndex) {
                installer.log.warn("no chunk reuse: " + noIndex.getMessage());
                cut.clear();
            } catch (IOException | RuntimeException failed) {
                for (Old image : images) image.disk().close();
                throw failed;
            }
            return new Reuse(images, new LocalChunks(cut));
        }

        Optional<Old> old(Payload.Kind kind) {
            return images.stream().filter(image -> image.payload().kind() == kind).findFirst();
        }

        @Override
        public void close() throws IOException {
            for (Old image : images) image.disk().close();
        }
    }
}

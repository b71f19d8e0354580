// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.delta;

import dev.evenkeel.content.ContentFault;
import dev.evenkeel.content.ContentFolder;
import dev.evenkeel.core.Digest;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.Manifest;
import dev.evenkeel.core.Payload;
import dev.evenkeel.core.message.Running;
import dev.evenkeel.fleet.Fleet;
import dev.evenkeel.fleet.FleetListener;
import dev.evenkeel.fleet.Preparation;
import dev.evenkeel.fleet.Release;
import dev.evenkeel.fleet.Rollout;
import dev.evenkeel.trust.MetadataPublisher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the deltas that the fleet needs, one at a time, on a thread of its own; nobody waits for
/// it. It counts what is needed ([Demand]) when a release or a rollout changed, and every now and
/// then when devices did.
///
/// - What it knows it can find out again, from the signed role and the files ([DeltaShelf]); a
///   server that was killed goes on.
/// - A delta that is not smaller than the chunks that it saves is not published, and not made
///   again.
/// - A pair that fails is tried again later and later, and in the end left alone; the others go on.
/// - Devices that have not begun wait for theirs, half an hour at the most.
public final class DeltaQueue implements Preparation, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeltaQueue.class);

    /// Images that are looked after at a time. Each delta has an entry in metadata that every
    /// device reads.
    private static final int MOST_PAIRS = 128;

    private static final Duration AT_LEAST = Duration.ofMinutes(10);

    /// So long after its start a rollout waits for no delta any more: chunks are better than
    /// nothing.
    private static final Duration WORTH_WAITING = Duration.ofMinutes(30);

    private static final Duration CLOSE = Duration.ofSeconds(5);
    private static final int RETRY_FACTOR = 4;

    /// Finds the manifest of a release.
    public interface Manifests {
        Manifest of(Release release) throws IOException;
    }

    /// What the queue works with.
    ///
    /// @param folder for verdicts and temporary files
    /// @param stopwatchNanos goes on evenly, whatever happens to the clock
    public record Parts(
            Fleet fleet,
            ContentFolder content,
            MetadataPublisher metadata,
            Manifests manifests,
            Path folder,
            InstantSource clock,
            LongSupplier stopwatchNanos) {}

    private final Parts parts;
    private final DeltaOptions options;
    private final DeltaShelf shelf;
    private final Workshop workshop;
    private final BlockingQueue<Boolean> news = new ArrayBlockingQueue<>(1);
    private final FleetListener listener = this::heard;
    private final Thread worker;

    // what only the worker touches
    private final Map<Digest, Manifest> manifests = new HashMap<>();
    private final Map<Digest, Long> fullBytes = new HashMap<>();
    private Map<DeltaPair, Work> works = new LinkedHashMap<>();
    private List<Demand.Step> steps = List.of();
    private long counting;

    private volatile boolean devicesChanged;
    private volatile boolean closed;
    private volatile List<DeltaStep> shown = List.of();
    private volatile String note = "";

    /// The newest rollout that was counted.
    private volatile long countedRollout;

    /// An image of one release and that of another.
    private record Images(Payload old, Payload fresh) {
        boolean differ() {
            return !old.digest().equals(fresh.digest());
        }

        DeltaPair pair() {
            return new DeltaPair(old.digest(), fresh.digest());
        }
    }

    /// A pair that is looked after.
    private static final class Work {
        final Images images;
        final ChunkCost cost;
        DeltaState state;

        Work(Images images, ChunkCost cost, DeltaState state) {
            this.images = images;
            this.cost = cost;
            this.state = state;
        }

        DeltaPair pair() {
            return images.pair();
        }
    }

    private DeltaQueue(Parts parts, DeltaOptions options) throws IOException {
        this.parts = parts;
        this.options = options;
        Files.createDirectories(parts.folder());
        this.shelf = new DeltaShelf(parts, options);
        this.workshop =
                new Workshop(
                        parts.folder().resolve("work"), parts.content(), options.memoryBytes());
        this.worker = Thread.ofPlatform().name("deltas").daemon().unstarted(this::run);
    }

    /// What an update costs a device that runs `from`.
    public UpdatePlan plan(Release from, Release to) throws IOException {
        return UpdatePlan.of(
                parts.content(),
                parts.metadata().deltas(),
                parts.manifests().of(from),
                parts.manifests().of(to));
    }

    /// A queue at work; or one that only says that it is switched off.
    public static DeltaQueue start(Parts parts, DeltaOptions options) throws IOException {
        var queue = new DeltaQueue(parts, options);
        if (options.enabled()) {
            parts.fleet().listen(queue.listener);
            queue.worker.start();
        } else {
            queue.note = "no deltas are made: the server was started with --no-deltas";
        }
        return queue;
    }

    /// What it looks after at this moment, the most urgent first.
    public List<DeltaStep> steps() {
        return shown;
    }

    /// Why no deltas are made; empty when they are.
    public String note() {
        return note;
    }

    public DeltaOptions options() {
        return options;
    }

    @Override
    public Optional<String> underWay(Running running, Rollout rollout) {
        if (!options.enabled() || !note.isEmpty() || closed) return Optional.empty();
        Instant last = rollout.startedAt().plus(WORTH_WAITING);
        if (parts.clock().instant().isAfter(last)) return Optional.empty();
        Optional<Release> from =
                parts.fleet().releases().list().stream()
                        .filter(release ->
                                release.compatible().deviceType().equals(rollout.deviceType())
                                        && release.release().isRunIn(running))
                        .findFirst();
        if (from.isEmpty()) return Optional.empty();
        String what =
                "the delta from "
                        + from.get().version()
                        + " to "
                        + rollout.release().version()
                        + " is being made";
        // not counted yet is as good as being made
        if (rollout.number() > countedRollout) return Optional.of(what);
        return shown.stream()
                .filter(step -> step.deviceType().equals(rollout.deviceType()))
                .filter(step -> step.from().equals(from.get().version()))
                .filter(step -> step.to().equals(rollout.release().version()))
                .filter(DeltaStep::isUnfinished)
                .findFirst()
                .map(_ -> what);
    }

    private void heard(FleetListener.News what) {
        switch (what) {
            case FleetListener.News.DeviceChanged _ -> devicesChanged = true;
            case FleetListener.News.ReleasePublished _, FleetListener.News.RolloutChanged _ ->
                    news.offer(true);
        }
    }

    private void run() {
        try {
            while (!closed) {
                if (!turnSafely()) awaitNews();
            }
        } catch (InterruptedException stopping) {
            LOG.debug("the queue of deltas was interrupted", stopping);
        }
    }

    private boolean turnSafely() throws InterruptedException {
        try {
            devicesChanged = false;
            return turn();
        } catch (IOException | RuntimeException fault) {
            if (!closed) LOG.error("the queue of deltas stumbled and goes on", fault);
            return false;
        }
    }

    /// Waits for a release, a rollout, devices that changed a while ago, or a time to try again.
    private void awaitNews() throws InterruptedException {
        long started = now();
        while (!closed) {
            Boolean told = news.poll(options.pace().recount().toNanos(), TimeUnit.NANOSECONDS);
            boolean isDue =
                    works.values().stream().anyMatch(this::isDue)
                            || now() - started > AT_LEAST.toNanos();
            if (told != null || devicesChanged || isDue) return;
        }
    }

    /// Counts again, and makes the first delta whose turn it is.
    ///
    /// @return whether there may be more to do
    private boolean turn() throws IOException, InterruptedException {
        Optional<String> refusal = shelf.refusal();
        note = refusal.map(why -> "no deltas are made: " + why).orElse("");
        if (refusal.isPresent()) {
            works = new LinkedHashMap<>();
            steps = List.of();
        } else {
            recount();
        }
        show();
        Optional<Work> next = works.values().stream().filter(this::isDue).findFirst();
        if (next.isEmpty() || closed) return false;
        make(next.get());
        return true;
    }

    private boolean isDue(Work work) {
        return switch (work.state) {
            case DeltaState.Waiting _ -> true;
            case DeltaState.Failed failed ->
                    !failed.isGivenUp() && now() - failed.retryNanos() >= 0;
            case DeltaState.Making _, DeltaState.Ready _, DeltaState.Useless _ -> false;
        };
    }

    private void recount() throws IOException {
        List<Rollout> rollouts = parts.fleet().rollouts().list();
        List<Release> releases = parts.fleet().releases().list();
        Demand demand = Demand.of(parts.fleet().devices().list(), releases, rollouts);
        readManifests(releases);
        Set<DeltaPair> needed = new HashSet<>();
        for (Demand.Step step : demand.kept()) needed.addAll(pairs(step));
        shelf.keepOnly(needed);
        DeltaShelf.Contents contents = shelf.contents();
        Set<Demand.Step> all = new LinkedHashSet<>(demand.wanted());
        // what was made earlier and is kept is shown too
        for (Demand.Step step : demand.kept()) {
            if (pairs(step).stream().anyMatch(contents::isNamed)) all.add(step);
        }
        Map<DeltaPair, Work> next = new LinkedHashMap<>();
        for (Demand.Step step : all) lookAfter(step, contents, next);
        steps = List.copyOf(all);
        works = next;
        counting = rollouts.isEmpty() ? 0 : rollouts.getFirst().number();
    }

    private void readManifests(List<Release> releases) {
        Set<Digest> present = new HashSet<>();
        for (Release release : releases) {
            present.add(release.manifest());
            if (manifests.containsKey(release.manifest())) continue;
            try {
                manifests.put(release.manifest(), parts.manifests().of(release));
            } catch (IOException | MalformedInput gone) {
                LOG.warn("no deltas for release {}: {}", release.version(), gone.getMessage());
            }
        }
        manifests.keySet().retainAll(present);
    }

    private List<Images> images(Demand.Step step) {
        Manifest old = manifests.get(step.from().manifest());
        Manifest fresh = manifests.get(step.to().manifest());
        if (old == null || fresh == null) return List.of();
        var images = new ArrayList<Images>();
        for (Payload.Kind kind : Payload.Kind.values()) {
            images.add(new Images(old.payload(kind), fresh.payload(kind)));
        }
        return images;
    }

    private List<DeltaPair> pairs(Demand.Step step) {
        return images(step).stream().filter(Images::differ).map(Images::pair).toList();
    }

    private void lookAfter(
            Demand.Step step, DeltaShelf.Contents contents, Map<DeltaPair, Work> next)
            throws IOException {
        for (Images images : images(step)) {
            if (!images.differ() || next.containsKey(images.pair())) continue;
            if (next.size() == MOST_PAIRS) return;
            Work before = works.get(images.pair());
            if (before == null) {
                begin(images, contents).ifPresent(work -> next.put(work.pair(), work));
                continue;
            }
            if (before.state instanceof DeltaState.Ready ready && !shelf.isThere(ready)) {
                LOG.warn("delta {}: its file is gone, it is made again", before.pair());
                before.state = new DeltaState.Waiting();
            }
            next.put(before.pair(), before);
        }
    }

    private Optional<Work> begin(Images images, DeltaShelf.Contents contents) throws IOException {
        try {
            ChunkCost cost = ChunkCost.of(parts.content(), images.old(), images.fresh());
            DeltaState state = shelf.state(images.pair(), cost, contents);
            return Optional.of(new Work(images, cost, state));
        } catch (MalformedInput | ContentFault broken) {
            LOG.warn("no delta {}: {}", images.pair(), broken.getMessage());
            return Optional.empty();
        }
    }

    private void make(Work work) throws InterruptedException {
        int tries = work.state instanceof DeltaState.Failed failed ? failed.tries() : 0;
        work.state = new DeltaState.Making();
        show();
        LOG.info("delta {} is being made", work.pair());
        try {
            workshop.make(
                    work.images.old(),
                    work.images.fresh(),
                    (file, cpuMillis) -> work.state = taken(work, file, cpuMillis));
            LOG.info("delta {}: {} {}", work.pair(), work.state.word(), work.state.reason());
        } catch (Workshop.NoRoom full) {
            fail(work, tries, full);
        } catch (IOException | RuntimeException fault) {
            // whatever befalls one pair, the others have their turn
            fail(work, tries + 1, fault);
        }
        show();
    }

    private DeltaState taken(Work work, Path file, long cpuMillis) throws IOException {
        long bytes = Files.size(file);
        return bytes < work.cost.missingBytes()
                ? shelf.put(work.pair(), file, cpuMillis)
                : shelf.reject(work.pair(), work.cost, bytes, cpuMillis);
    }

    private void fail(Work work, int tries, Exception fault) {
        long wait = options.pace().retry().toNanos();
        for (int i = 1; i < tries; i++) wait *= RETRY_FACTOR;
        String why = String.valueOf(fault.getMessage());
        work.state = new DeltaState.Failed(why, tries, now() + wait);
        if (!closed) LOG.warn("delta {} failed: {}", work.pair(), work.state.reason());
    }

    /// Lets others see what the worker sees.
    private void show() {
        var all = new ArrayList<DeltaStep>();
        for (Demand.Step step : steps) {
            var rows = new ArrayList<DeltaStep.Row>();
            long same = 0;
            for (Images images : images(step)) {
                Work work = works.get(images.pair());
                if (work != null) rows.add(row(work));
                else same += fullBytes(images.fresh());
            }
            if (!rows.isEmpty()) all.add(shown(step, rows, same));
        }
        shown = List.copyOf(all);
        countedRollout = counting;
    }

    private static DeltaStep.Row row(Work work) {
        return new DeltaStep.Row(
                work.images.fresh().kind(),
                work.pair(),
                work.state,
                work.cost.missingBytes(),
                work.cost.fullBytes());
    }

    private static DeltaStep shown(Demand.Step step, List<DeltaStep.Row> rows, long same) {
        return new DeltaStep(
                step.to().compatible().deviceType(),
                step.from().version(),
                step.to().version(),
                step.forRollout(),
                rows,
                same);
    }

    private long fullBytes(Payload payload) {
        return fullBytes.computeIfAbsent(
                payload.digest(),
                _ -> {
                    try {
                        return ChunkCost.of(parts.content(), payload, payload).fullBytes();
                    } catch (IOException | MalformedInput | ContentFault broken) {
                        return payload.sizeBytes();
                    }
                });
    }

    private long now() {
        return parts.stopwatchNanos().getAsLong();
    }

    /// Ends the process that makes a delta, and waits for the worker.
    @Override
    public void close() {
        closed = true;
        parts.fleet().forget(listener);
        workshop.close();
        news.offer(true);
        if (!options.enabled()) return;
        try {
            if (worker.join(CLOSE)) return;
            worker.interrupt();
            worker.join(CLOSE);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

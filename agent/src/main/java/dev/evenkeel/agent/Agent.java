// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.boot.BootRecord;
import dev.evenkeel.boot.BootRecords;
import dev.evenkeel.boot.Region;
import dev.evenkeel.boot.StatePartition;
import dev.evenkeel.content.ContentFault;
import dev.evenkeel.core.Disk;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.message.AttackSeen;
import dev.evenkeel.core.message.DownloadPlan;
import dev.evenkeel.core.message.Provisioning;
import dev.evenkeel.core.message.Running;
import dev.evenkeel.trust.TrustException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// The agent of one device: carries the update machine's effects out over the ports. One thread
/// does everything in turn; only [#onStop] is called from another.
///
/// Each step is: journal the intent, do it, journal the result; so the agent may be killed, or lose
/// its power, at any instant, and goes on when it starts again.
public final class Agent implements AutoCloseable {
    /// Written bytes between two flushes; also what a power cut may cost to check again.
    public static final int FLUSH_BYTES = 4 << 20;

    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration PROGRESS_EVERY = Duration.ofSeconds(5);

    private final Device device;
    private final Clock clock;
    private final Log log;
    private final Booted booted;
    private final List<Disk> disks;
    private final Memory memory;
    private final BootKeeper boot;
    private final RestartWatch restarts;
    private final Health health;
    private final TimeFloor time;
    private final Reporter reporter;
    private final Optional<Conversation> conversation;
    private final Optional<Installer> installer;
    private final Optional<Admitting> admitting;
    private final Backoff backoff;
    private final StatusFile statusFile;
    private final Deque<Effect> due = new ArrayDeque<>();
    private Journal journal;
    private Duration resumeAt;
    private Duration toldAt;
    private boolean isWaiting;

    /// Whether it waits to admit a release, and not to go on with one.
    private boolean admissionWaits;

    private String waitingFor = "";
    private Optional<DownloadPlan> plan = Optional.empty();
    private Optional<AttackSeen> attack = Optional.empty();
    private long doneBytes;
    private long downloadedBytes;
    private boolean refilled;
    private boolean leaving;
    private boolean ended;
    private boolean isUp;
    private boolean considered;

    /// Opens the device's records and works out what this boot means.
    ///
    /// @param connect makes the way to the server that the device was provisioned for
    /// @param flushBytes usually [#FLUSH_BYTES]
    public Agent(
            Device device,
            Function<Provisioning, Server> connect,
            Clock clock,
            RandomGenerator random,
            Log log,
            int flushBytes)
            throws IOException {
        this.device = device;
        this.clock = clock;
        this.log = log;
        this.booted = Booted.read(device);
        Disk state = device.open("state", true);
        Disk first = device.open("env-0", true);
        Disk second = device.open("env-1", true);
        this.disks = List.of(state, first, second);
        var partition = new StatePartition(state);
        this.memory = new Memory(partition, log);
        memory.heal();
        this.boot = new BootKeeper(new BootRecords(first, second), log);
        this.restarts = new RestartWatch(memory, device, booted, clock, log);
        this.health = new Health(device, clock);
        var trust = new RegionTrustStore(partition);
        this.time =
                new TimeFloor(device, clock, memory, trust, random, log, booted.release().built());
        this.reporter = new Reporter(memory, log);
        this.statusFile = new StatusFile(device);
        this.backoff = new Backoff(Duration.ofSeconds(4), Duration.ofMinutes(10), random);
        this.resumeAt = clock.elapsed();
        this.toldAt = resumeAt;
        this.journal = memory.journal();
        Optional<Provisioning> provisioning = memory.provisioning();
        if (provisioning.isPresent()) {
            Provisioning given = provisioning.get();
            // written once and never again: one lost erase block must not cost both copies
            partition.mirror(Region.PROVISIONING);
            partition.mirror(Region.IDENTITY);
            // a root that a power cut left in one copy, with the one before in the other
            partition.mirror(Region.TRUST_ROOT);
            if (trust.load("root").isEmpty()) trust.save("root", given.trustedRoot());
            Server server = connect.apply(given);
            var talk = new Conversation(given, server, memory, reporter, time, clock, random, log);
            this.conversation = Optional.of(talk);
            var carriers = new Carriers(server, talk::mirrors, clock, random, log);
            var deltas = new Deltas(trust, server, carriers, time, log);
            this.installer =
                    Optional.of(new Installer(device, memory, carriers, deltas, log, flushBytes));
            this.admitting =
                    Optional.of(new Admitting(device, booted, memory, given, trust, server, log));
        } else {
            log.error("this device was never provisioned: it cannot be updated");
            this.conversation = Optional.empty();
            this.installer = Optional.empty();
            this.admitting = Optional.empty();
        }
        judgeBoot();
    }

    /// Works until [#onStop] or a reboot ends it.
    public void run() throws InterruptedException, IOException {
        while (!ended) {
            tick();
            if (!ended) clock.sleep(TICK);
        }
    }

    /// Whether the agent asked for a reboot that a simulation has to carry out.
    public boolean hasEnded() {
        return ended;
    }

    /// Whether nothing is under way, owed or waiting to be told, as far as the server was heard
    /// since the agent started: what comes next is the server's or somebody's wish.
    public boolean isAtRest() {
        return journal.stage() instanceof UpdateStage.Resting
                && !journal.stage().owesReport()
                && journal.reported().equals(Optional.of(booted.id()))
                && reporter.waiting() == 0
                && due.isEmpty()
                && considered
                && refilled == health.verdict().filter(Health.Verdict::isGreen).isPresent();
    }

    /// While it [#isAtRest]: for how long nothing is due, unless something happens around it. A
    /// simulation passes that time over at once.
    public Duration untilDue() {
        return conversation.map(Conversation::untilDue).orElse(TICK);
    }

    /// Everything that is due now.
    public void tick() throws IOException {
        watchHealth();
        work();
        if (leaving) return;
        answerRollbackRequest();
        converse();
        consider();
        work();
        reportIfDue();
        writeStatus();
        if (isUp) return;
        // trust, TLS and storage have all run once: the launcher may go on using its archive
        device.leave("up", "");
        isUp = true;
    }

    private void converse() {
        if (conversation.isEmpty() || !conversation.get().untilDue().isZero()) return;
        conversation.get().converse(telling(conversation.get()));
        considered = false;
    }

    /// The system stops the agent. When that is the user's or an app's reboot in a trial, the
    /// attempt is given back. Called from the shutdown's thread; touches the boot record and the
    /// count of restarts only.
    public void onStop() {
        Map<String, String> stopping = device.facts("stopping");
        if (!stopping.isEmpty()) restarts.endInOrder();
        boolean isOrderly = stopping.getOrDefault("orderly", "no").equals("yes");
        if (!isOrderly || restarts.hasGivenUp()) return;
        try {
            boot.giveBack(booted.slot());
        } catch (IOException failed) {
            log.error("cannot give the attempt back: " + failed.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        for (Disk disk : disks) disk.close();
    }

    UpdateStage stage() {
        return journal.stage();
    }

    private void judgeBoot() throws IOException {
        boot.heal(booted.slot(), booted.saysTrial());
        BootRecord record = boot.record();
        var judge =
                new BootJudge(
                        booted.id(),
                        booted.slot(),
                        booted.saysTrial(),
                        record,
                        booted.release(),
                        memory.history().in(booted.slot()).isEmpty(),
                        restarts.whyLeftOther());
        UpdateEvent event = judge.judge(journal);
        log.info(
                "release "
                        + booted.release().version()
                        + " in slot "
                        + booted.slot()
                        + (record.isOnTrial(booted.slot()) ? ", on trial" : "")
                        + (booted.isFallback() ? ", after a fallback" : "")
                        + "; update: "
                        + journal.stage().name());
        UpdateMachine.Next next = UpdateMachine.next(journal.stage(), event);
        Journal judged = journal.at(next.stage()).judgedIn(booted.id());
        if (!judged.equals(journal)) {
            memory.store(judged);
            journal = judged;
        }
        if (journal.stage() instanceof UpdateStage.RolledBack undone) reporter.withdraw(undone);
        due.addAll(next.effects());
        tellProgressFromLedger();
    }

    private void apply(UpdateEvent event) throws IOException {
        UpdateMachine.Next next = UpdateMachine.next(journal.stage(), event);
        if (!next.stage().equals(journal.stage())) {
            Journal moved = journal.at(next.stage());
            memory.store(moved);
            boolean isNew = moved.stage().name() != journal.stage().name();
            journal = moved;
            if (isNew) {
                String reason = moved.stage().reason();
                log.info(
                        "update: "
                                + moved.stage().name()
                                + (reason.isEmpty() ? "" : ": " + reason));
                conversation.ifPresent(Conversation::soon);
            }
        }
        due.addAll(next.effects());
    }

    /// Carries out what is due; a fault of the network or the carrier only costs time.
    private void work() throws IOException {
        if (due.isEmpty() && isWaiting && clock.elapsed().compareTo(resumeAt) >= 0) {
            isWaiting = false;
            apply(new UpdateEvent.Resumed());
        }
        try {
            while (!due.isEmpty()) {
                Optional<UpdateEvent> result = perform(due.remove());
                if (result.isPresent()) apply(result.get());
            }
        } catch (Abandoned abandoned) {
            due.clear();
            considered = false;
            log.info(String.valueOf(abandoned.getMessage()));
        } catch (BeyondBudget beyond) {
            due.clear();
            heed(beyond);
        } catch (CannotInstall | ContentFault.WrongChunk cannot) {
            due.clear();
            apply(new UpdateEvent.CannotInstall(String.valueOf(cannot.getMessage())));
        } catch (IOException | UncheckedIOException | ContentFault | TrustException fault) {
            due.clear();
            waitAfter(fault);
        }
    }

    /// Told at once: an operator may have to allow it.
    private void heed(BeyondBudget beyond) throws IOException {
        plan = Optional.of(beyond.plan());
        if (beyond.isRefused()) {
            apply(new UpdateEvent.CannotInstall(String.valueOf(beyond.getMessage())));
            return;
        }
        if (!waitingFor.equals(beyond.getMessage())) conversation.ifPresent(Conversation::soon);
        waitAfter(beyond);
    }

    private void waitAfter(Exception fault) {
        Duration asked =
                fault instanceof Server.Refusal refusal ? refusal.retryAfter() : Duration.ZERO;
        Duration pause = backoff.afterFault(asked);
        resumeAt = clock.elapsed().plus(pause);
        isWaiting = true;
        admissionWaits = false;
        waitingFor = String.valueOf(fault.getMessage());
        if (fault instanceof TrustException refused) tellAttack(refused);
        log.warn("update waits " + pause.toSeconds() + " s: " + waitingFor);
    }

    /// Told at once, and until the metadata are right again: whoever runs the fleet has to know.
    private void tellAttack(TrustException refused) {
        if (refused.attack().isEmpty()) return;
        attack =
                Optional.of(
                        AttackSeen.of(
                                refused.attack().get().word(),
                                refused.subject(),
                                refused.facts(),
                                time.now().at()));
        conversation.ifPresent(Conversation::soon);
    }

    private Optional<UpdateEvent> perform(Effect effect) throws IOException {
        Optional<Update> current = journal.stage().currentUpdate();
        return switch (effect) {
            case MAKE_PLAN -> {
                plan = Optional.of(installer().plan(current.orElseThrow()));
                yield Optional.of(new UpdateEvent.PlanMade());
            }
            case WRITE_SLOT -> {
                write(current.orElseThrow());
                yield Optional.of(new UpdateEvent.Written());
            }
            case VERIFY_SLOT -> {
                Optional<String> difference =
                        installer().verify(current.orElseThrow(), this::whileWorking);
                yield Optional.of(
                        difference.isPresent()
                                ? new UpdateEvent.SlotDiffers(difference.get())
                                : new UpdateEvent.Verified());
            }
            case ARM_SLOT -> {
                boot.arm(current.orElseThrow());
                yield Optional.of(new UpdateEvent.ArmStored());
            }
            case ASK_REBOOT -> {
                askReboot(current.orElseThrow());
                yield Optional.empty();
            }
            case COMMIT_BOOT -> {
                commit(current.orElseThrow());
                yield Optional.of(new UpdateEvent.CommitStored());
            }
            case MARK_COMMITTED -> {
                device.leave("committed", "");
                yield Optional.empty();
            }
            // both are looked at in every tick, because they wait for the health checks
            case AWAIT_HEALTH, REPORT -> Optional.empty();
        };
    }

    private Installer installer() throws IOException {
        return installer.orElseThrow(() -> new IOException("this device was never provisioned"));
    }

    private void write(Update update) throws IOException {
        if (update.slot() == booted.slot()) {
            throw new IllegalStateException("slot " + update.slot() + " runs and is never written");
        }
        boot.closeOther(booted.slot());
        History history = memory.history();
        if (history.in(update.slot()).isPresent()) memory.store(history.without(update.slot()));
        boolean isAgain = journal.stage() instanceof UpdateStage.Writing(_, int round) && round > 1;
        if (isAgain) doneBytes = 0;
        installer().write(update, isAgain, this::whileWorking);
    }

    /// Called for every chunk and block: keeps talking, notices when the update is not wanted any
    /// more, and goes on with whatever this boot still owes.
    private void whileWorking(long done, long downloaded) throws IOException {
        // what stood there already is no proof that the carrier works again; what arrives is, also
        // of a frame that takes many connections
        boolean isMore = done > doneBytes || downloaded > downloadedBytes;
        doneBytes = Math.max(done, doneBytes);
        downloadedBytes = downloaded;
        if (isMore) {
            backoff.success();
            waitingFor = "";
        }
        if (clock.elapsed().compareTo(toldAt.plus(PROGRESS_EVERY)) < 0) return;
        toldAt = clock.elapsed();
        watchHealth();
        reportIfDue();
        writeStatus();
        if (conversation.isEmpty()) return;
        conversation.get().soonIfCheap();
        conversation.get().converse(telling(conversation.get()));
        boolean isWanted =
                !conversation.get().hasHeard()
                        || journal.stage()
                                .currentUpdate()
                                .filter(update -> isAssigned(conversation.get(), update))
                                .isPresent();
        if (!isWanted) throw new Abandoned();
    }

    private static boolean isAssigned(Conversation server, Update update) {
        return server.assignment()
                .filter(assignment ->
                        update.rollout().equals(Optional.of(assignment.rollout()))
                                && update.release()
                                        .manifest()
                                        .equals(Optional.of(assignment.manifest())))
                .isPresent();
    }

    private void askReboot(Update update) throws IOException {
        boolean toTrial = journal.stage() instanceof UpdateStage.Rebooting;
        if (toTrial) {
            doneBytes = update.release().rawBytes();
            conversation.ifPresent(server -> {
                server.now();
                server.converse(telling(server));
            });
        }
        leaving = true;
        writeStatus();
        ended = device.reboot(toTrial ? "start release " + update.release().version() : "health");
    }

    private void commit(Update update) throws IOException {
        History history = memory.history();
        boolean otherAllowed =
                history.in(update.slot().other())
                        .filter(other ->
                                other.dataFormat().canRead(update.release().dataFormat().writes()))
                        .isPresent();
        memory.store(history.with(update.slot(), update.release()));
        boot.commit(update.slot(), otherAllowed);
    }

    private void watchHealth() throws IOException {
        if (!(journal.stage() instanceof UpdateStage.OnTrial)) restarts.watch();
        Optional<Health.Verdict> verdict = health.verdict();
        if (verdict.isEmpty()) return;
        switch (journal.stage()) {
            case UpdateStage.Trial(Update update, _) -> judgeTrial(update, verdict.get());
            case UpdateStage.OnTrial _ -> {}
            case UpdateStage.Resting _, UpdateStage.Preparing _, UpdateStage.Leaving _ -> {
                if (refilled || !verdict.get().isGreen()) return;
                refill();
                refilled = true;
            }
        }
    }

    private void refill() throws IOException {
        if (installer.isPresent()) {
            Installer reader = installer.get();
            restarts.inspect(
                    boot.record(),
                    memory.history(),
                    (release, slot) -> reader.difference(release, slot, _ -> {}));
        }
        // a release that was left, or never finished, is no way back
        boolean isWayBack = memory.history().in(booted.slot().other()).isPresent();
        if (isWayBack) boot.endTrialOfOther(booted.slot());
        else boot.closeOther(booted.slot());
        if (!restarts.hasGivenUp()) boot.refill(booted.slot());
    }

    private void judgeTrial(Update update, Health.Verdict verdict) throws IOException {
        int stableSeconds = update.release().health().stableSeconds();
        if (!verdict.isGreen()) {
            apply(new UpdateEvent.HealthFailed(verdict.reason()));
        } else if (health.isStableFor(Duration.ofSeconds(stableSeconds))) {
            int used = update.release().health().attempts() - boot.record().left(update.slot());
            apply(new UpdateEvent.HealthPassed(Math.max(1, used)));
        }
    }

    /// Compares what the server wants with what this device does, and begins or ends an update.
    private void consider() throws IOException {
        if (considered || conversation.isEmpty() || !conversation.get().hasHeard()) return;
        UpdateStage stage = journal.stage();
        if (stage instanceof UpdateStage.Leaving || stage instanceof UpdateStage.OnTrial) return;
        // how the last update ended would be forgotten with its stage
        if (stage.owesReport()) return;
        try {
            Admitting admitted = admitting.orElseThrow();
            Optional<UpdateEvent> event =
                    switch (Admitting.wish(conversation.get().assignment(), journal, running())) {
                        case NOTHING -> {
                            if (!isUnderWay()) waitingFor = "";
                            yield Admitting.newTerms(conversation.get().assignment(), journal);
                        }
                        case WITHDRAWN -> Optional.of(new UpdateEvent.Withdrawn());
                        // an update that cannot go on does not stand in another one's way
                        case NEW ->
                                isWaiting && admissionWaits ? Optional.empty() : admit(admitted);
                    };
            // nothing changes before the next answer, or before a wait is over
            considered = !isWaiting;
            if (event.isPresent()) {
                doneBytes = 0;
                downloadedBytes = 0;
                waitingFor = "";
                plan = Optional.empty();
                resumeAt = clock.elapsed();
                backoff.success();
                apply(event.get());
                tellProgressFromLedger();
            }
        } catch (IOException
                | UncheckedIOException
                | ContentFault
                | TrustException
                | MalformedInput fault) {
            waitAfter(fault);
            admissionWaits = true;
            // not only after the next answer, which may be an hour away
            considered = false;
        }
    }

    private boolean isUnderWay() {
        return !(journal.stage() instanceof UpdateStage.Resting);
    }

    private Optional<UpdateEvent> admit(Admitting admitted) throws IOException {
        time.ask(conversation.orElseThrow().server().metadata());
        Optional<UpdateEvent> event =
                admitted.admit(
                        conversation.flatMap(Conversation::assignment).orElseThrow(),
                        journal,
                        time.trusted());
        attack = Optional.empty();
        return event;
    }

    private void reportIfDue() throws IOException {
        if (conversation.isEmpty()) return;
        UpdateStage stage = journal.stage();
        boolean isOrdinary =
                !(stage instanceof UpdateStage.OnTrial || stage instanceof UpdateStage.Leaving)
                        && !journal.reported().equals(Optional.of(booted.id()));
        if (!stage.owesReport() && !isOrdinary) return;
        Identity identity = conversation.get().identity();
        if (identity.certificate().isEmpty()) return;
        Optional<Health.Verdict> verdict = health.verdictInTheEnd();
        if (verdict.isEmpty()) return;
        reporter.queue(
                identity,
                conversation.get().provisioning().fleet(),
                booted,
                running(),
                time,
                verdict.get(),
                stage,
                restarts.words());
        Journal told =
                journal.at(UpdateMachine.next(stage, new UpdateEvent.Reported()).stage())
                        .reportedIn(booted.id());
        memory.store(told);
        journal = told;
        conversation.get().soon();
    }

    /// An operator's `evenkeel-agent rollback`, left as a file by the command.
    void answerRollbackRequest() throws IOException {
        if (device.take(Rollback.REQUEST).isEmpty()) return;
        Rollback.Decision decision =
                Rollback.decide(journal, memory.history(), booted.slot(), booted.release());
        if (decision instanceof Rollback.Decision.Granted(Update update, Journal left)) {
            journal = left;
            // journaled before it is answered: what an operator was told survives a power cut
            apply(new UpdateEvent.RollbackAsked(update));
        }
        device.leave(Rollback.ANSWER, decision.text());
        work();
    }

    private void tellProgressFromLedger() {
        Optional<Update> update = journal.stage().currentUpdate();
        if (update.isEmpty() || update.get().release().manifest().isEmpty()) return;
        downloadedBytes =
                memory.ledger(update.get().release().manifest().get(), update.get().slot())
                        .downloadedBytes();
        if (!(journal.stage() instanceof UpdateStage.Preparing)) {
            doneBytes = update.get().release().rawBytes();
        }
    }

    private Running running() {
        boolean onTrial = boot.record().isOnTrial(booted.slot());
        return Situation.running(booted, journal.stage(), memory.history(), onTrial);
    }

    private Conversation.Telling telling(Conversation server) {
        return new Conversation.Telling(
                booted,
                running(),
                Situation.progress(journal.stage(), doneBytes, downloadedBytes, waitingFor, plan),
                Situation.condition(
                        device, waitingFor.isEmpty() ? quietly(server) : waitingFor, attack));
    }

    /// What is to be told though nothing waits: a fault of the server, else a granted downgrade or
    /// a delta that was of no use.
    private String quietly(Conversation server) {
        if (!server.fault().isEmpty()) return server.fault();
        return admitting
                .map(Admitting::notice)
                .filter(notice -> !notice.isEmpty())
                .or(() -> installer.map(Installer::notice))
                .orElse("");
    }

    private void writeStatus() throws IOException {
        statusFile.write(
                new StatusFile.Live(
                        journal.stage().name(),
                        doneBytes,
                        journal.stage().currentUpdate().map(u -> u.release().rawBytes()).orElse(0L),
                        downloadedBytes,
                        waitingFor,
                        conversation.map(Conversation::fault).orElse("not provisioned"),
                        conversation.map(Conversation::hasHeard).orElse(false),
                        reporter.waiting()));
    }
}

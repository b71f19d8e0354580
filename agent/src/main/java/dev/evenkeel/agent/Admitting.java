// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.Disk;
import dev.evenkeel.core.Payload;
import dev.evenkeel.core.Slot;
import dev.evenkeel.core.VersionFloor;
import dev.evenkeel.core.message.Assignment;
import dev.evenkeel.core.message.BootReport;
import dev.evenkeel.core.message.Provisioning;
import dev.evenkeel.core.message.Running;
import dev.evenkeel.trust.TrustStore;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Turns what the server assigns into an event for the update machine, through signed metadata
/// only.
final class Admitting {
    private final Device device;
    private final Booted booted;
    private final Memory memory;
    private final Provisioning provisioning;
    private final TrustStore trust;
    private final Server server;
    private final Log log;
    private String notice = "";

    Admitting(
            Device device,
            Booted booted,
            Memory memory,
            Provisioning provisioning,
            TrustStore trust,
            Server server,
            Log log) {
        this.device = device;
        this.booted = booted;
        this.memory = memory;
        this.provisioning = provisioning;
        this.trust = trust;
        this.server = server;
        this.log = log;
    }

    /// What an assignment asks of the device.
    enum Wish {
        NOTHING,
        /// What is being prepared is not wanted any more.
        WITHDRAWN,
        /// Another release than the one that runs or is being prepared.
        NEW
    }

    /// What the assignment means now; asks nobody.
    static Wish wish(Optional<Assignment> assigned, Journal journal, Running running) {
        boolean isPreparing = journal.stage() instanceof UpdateStage.Preparing;
        boolean isWanted =
                assigned.isPresent()
                        && !running.manifest().equals(Optional.of(assigned.get().manifest()))
                        && !journal.isSettled(assigned.get().rollout(), assigned.get().manifest());
        if (!isWanted) return isPreparing ? Wish.WITHDRAWN : Wish.NOTHING;
        boolean isUnderWay =
                journal.stage() instanceof UpdateStage.Preparing stage
                        && isFor(assigned.get(), stage.update());
        return isUnderWay ? Wish.NOTHING : Wish.NEW;
    }

    /// What the update under way may fetch by now, where that is not what it knows.
    static Optional<UpdateEvent> newTerms(Optional<Assignment> assigned, Journal journal) {
        if (!(journal.stage() instanceof UpdateStage.Preparing stage)) return Optional.empty();
        return assigned.filter(assignment -> isFor(assignment, stage.update()))
                .map(Assignment::terms)
                .filter(terms -> !terms.equals(stage.update().terms()))
                .map(UpdateEvent.TermsChanged::new);
    }

    private static boolean isFor(Assignment assignment, Update update) {
        return update.rollout().equals(Optional.of(assignment.rollout()))
                && update.release().manifest().equals(Optional.of(assignment.manifest()));
    }

    /// Checks an assigned release against signed metadata and this device.
    ///
    /// @param now the time by which metadata expire
    Optional<UpdateEvent> admit(Assignment assignment, Journal journal, Instant now)
            throws IOException {
        notice = "";
        Candidates candidates = Candidates.refresh(trust, server, now);
        rememberRunning(candidates, assignment);
        Optional<Candidates.Candidate> found = candidates.find(assignment.target());
        if (found.isEmpty()) {
            throw new IOException(
                    "the signed metadata name no '"
                            + assignment.target()
                            + "'; it was not published, or the server's copy is old");
        }
        Candidates.Candidate candidate = found.get();
        if (isRunning(candidate)) {
            remember(candidate);
            return Optional.empty();
        }
        VersionRule versions = versions(candidates, assignment, candidate, now);
        Optional<String> refusal =
                admission(versions).refusal(assignment, candidate.manifest(), candidate.digest());
        if (refusal.isPresent()) {
            var subject =
                    new BootReport.Subject(
                            Optional.of(assignment.rollout()),
                            assignment.release(),
                            assignment.manifest());
            log.error("release " + assignment.release() + " " + refusal.get());
            return Optional.of(new UpdateEvent.Refused(subject, refusal.get()));
        }
        if (versions.isBelow(candidate.manifest().version())) {
            notice =
                    "installs "
                            + assignment.release()
                            + " over "
                            + versions.running()
                            + ": the channel's role allows this device the downgrade";
            log.warn(notice);
        }
        return Optional.of(
                new UpdateEvent.Accepted(
                        new Update(
                                journal.updates() + 1,
                                Optional.of(assignment.rollout()),
                                candidate.release(),
                                booted.slot().other(),
                                assignment.terms())));
    }

    /// A device that was flashed does not know the manifest of what it runs. The metadata do, and
    /// the kernel's root hash proves which one it is; with it the device can reuse its own chunks.
    private void rememberRunning(Candidates candidates, Assignment assignment) throws IOException {
        boolean isKnown =
                memory.history()
                        .in(booted.slot())
                        .filter(release -> release.manifest().isPresent() && booted.runs(release))
                        .isPresent();
        if (isKnown || booted.verityRoot().isEmpty()) return;
        String target =
                "channels/"
                        + assignment.channel()
                        + "/"
                        + provisioning.deviceType()
                        + "/"
                        + booted.release().version()
                        + ".json";
        Optional<Candidates.Candidate> found = candidates.find(target);
        if (found.isPresent() && isRunning(found.get())) remember(found.get());
    }

    private boolean isRunning(Candidates.Candidate candidate) {
        return booted.verityRoot().isPresent() && booted.runs(candidate.release());
    }

    private void remember(Candidates.Candidate candidate) throws IOException {
        memory.store(memory.history().with(booted.slot(), candidate.release()));
        log.info("this device runs manifest " + candidate.digest().brief() + "...");
    }

    /// What an operator should see of the last admission; empty when it was an ordinary one.
    String notice() {
        return notice;
    }

    /// Floors rise before anything is judged by them, and durably: a later, older copy of the
    /// metadata lowers none.
    private VersionRule versions(
            Candidates candidates,
            Assignment assignment,
            Candidates.Candidate candidate,
            Instant now)
            throws IOException {
        ClockRecord clock = memory.clock();
        Optional<VersionFloor> named =
                candidates
                        .floor(assignment.channel(), provisioning.deviceType())
                        .filter(floor ->
                                floor.fleet().equals(provisioning.fleet())
                                        && floor.deviceType().equals(provisioning.deviceType()));
        if (named.isPresent()) {
            ClockRecord raised = clock.withVersions(named.get().version());
            if (!raised.equals(clock)) memory.store(raised);
            clock = raised;
        }
        Optional<DeviceId> device = device();
        var rule =
                new VersionRule(
                        booted.release().version(),
                        clock.versions(),
                        Optional.empty(),
                        device,
                        now);
        if (device.isEmpty() || !rule.isBelow(candidate.manifest().version())) return rule;
        return new VersionRule(
                rule.running(),
                rule.floor(),
                candidates.downgrade(assignment.channel(), device.get()),
                device,
                now);
    }

    private Optional<DeviceId> device() {
        return memory.identity().flatMap(Identity::device);
    }

    private Admission admission(VersionRule versions) throws IOException {
        Slot target = booted.slot().other();
        Map<String, Long> sizes = new HashMap<>();
        for (Payload.Kind kind : Payload.Kind.values()) {
            try (Disk disk = device.open(kind.partition(target), false)) {
                sizes.put(kind.partition(target), disk.sizeBytes());
            }
        }
        return new Admission(
                provisioning.fleet(),
                provisioning.deviceType(),
                provisioning.revision(),
                versions,
                booted.release().dataFormat().writes(),
                target,
                sizes);
    }
}

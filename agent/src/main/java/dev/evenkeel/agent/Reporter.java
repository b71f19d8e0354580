// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.DeviceId;
import dev.evenkeel.core.Dsse;
import dev.evenkeel.core.FleetId;
import dev.evenkeel.core.message.BootReport;
import dev.evenkeel.core.message.BootReport.Outcome;
import dev.evenkeel.core.message.Protocol;
import dev.evenkeel.core.message.Running;
import java.io.IOException;
import java.util.Optional;

/// Writes boot reports, signs them, keeps them until the server has them.
final class Reporter {
    private final Memory memory;
    private final Log log;
    private ReportQueue queue;

    Reporter(Memory memory, Log log) {
        this.memory = memory;
        this.log = log;
        this.queue = memory.reports();
    }

    /// Queues, durably, the report that settles the update, or the one of an ordinary boot. Nothing
    /// happens when the queue holds it already.
    ///
    /// @param note what else there is to tell of an ordinary boot; may be empty
    void queue(
            Identity identity,
            FleetId fleet,
            Booted booted,
            Running running,
            TimeFloor time,
            Health.Verdict verdict,
            UpdateStage stage,
            String note)
            throws IOException {
        Outcome outcome = stage.owesReport() ? outcome(stage) : Outcome.NONE;
        Optional<DeviceId> device = identity.device();
        if (device.isEmpty() || queue.holds(booted.id(), outcome)) return;
        boolean settles = outcome != Outcome.NONE;
        var report =
                new BootReport(
                        fleet,
                        device.get(),
                        booted.id(),
                        queue.counter(),
                        time.now(),
                        running,
                        verdict.isGreen() ? BootReport.Verdict.GREEN : BootReport.Verdict.RED,
                        outcome,
                        settles ? attempts(stage) : 0,
                        settles ? stage.about() : Optional.empty(),
                        reason(settles ? stage.reason() : note, verdict));
        Dsse envelope = Dsse.sign(Protocol.BOOT_REPORT_TYPE, report.toBytes(), identity.key());
        ReportQueue longer = queue.and(booted.id(), outcome, envelope.toBytes());
        keep(longer);
        log.info("boot report " + report.counter() + ": outcome " + outcome);
    }

    /// Takes back, before it is sent, the success of an update that a fallback undid.
    void withdraw(UpdateStage.RolledBack stage) throws IOException {
        Optional<BootReport.Subject> update = stage.about();
        if (update.isEmpty()) return;
        ReportQueue shorter = queue.withoutSuccessOf(update.get());
        if (shorter.waiting().size() == queue.waiting().size()) return;
        keep(shorter);
        log.info("the success of release " + update.get().release() + " is not told any more");
    }

    private void keep(ReportQueue changed) throws IOException {
        memory.store(changed);
        queue = changed;
    }

    int waiting() {
        return queue.waiting().size();
    }

    /// Sends what waits, oldest first; a report leaves the queue when the server has it, or has
    /// refused it for good.
    void send(Server server) throws IOException {
        while (!queue.waiting().isEmpty()) {
            try {
                server.report(queue.waiting().getFirst().envelope());
            } catch (Server.Refusal refusal) {
                if (!isForGood(refusal.status())) throw refusal;
                // 409: it has come through before, and only the answer was lost
                if (refusal.status() != 409) {
                    log.error("boot report dropped: " + refusal.getMessage());
                }
            }
            ReportQueue shorter = queue.withoutFirst();
            keep(shorter);
        }
    }

    private static boolean isForGood(int status) {
        return status == 400 || status == 409 || status == 413 || status == 422;
    }

    private static String reason(String why, Health.Verdict verdict) {
        if (verdict.isGreen() || why.equals(verdict.reason())) return why;
        return why.isEmpty() ? verdict.reason() : why + "; now " + verdict.reason();
    }

    private static Outcome outcome(UpdateStage stage) {
        return switch (stage) {
            case UpdateStage.Committed _ -> Outcome.COMMITTED;
            case UpdateStage.RolledBack _ -> Outcome.ROLLED_BACK;
            case UpdateStage.Failed _ -> Outcome.FAILED;
            case UpdateStage.Idle _,
                    UpdateStage.Preparing _,
                    UpdateStage.Leaving _,
                    UpdateStage.OnTrial _ ->
                    Outcome.NONE;
        };
    }

    private static int attempts(UpdateStage stage) {
        return switch (stage) {
            case UpdateStage.Committed committed -> committed.attempts();
            case UpdateStage.RolledBack rolledBack -> rolledBack.attempts();
            case UpdateStage.Failed _,
                    UpdateStage.Idle _,
                    UpdateStage.Preparing _,
                    UpdateStage.Leaving _,
                    UpdateStage.OnTrial _ ->
                    0;
        };
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.RolloutId;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.message.BootReport;
import dev.evenkeel.core.message.DownloadPlan;
import dev.evenkeel.core.message.Running;
import dev.evenkeel.core.message.Stage;
import dev.evenkeel.core.message.UpdateProgress;
import java.io.IOException;
import java.util.Optional;

/// One device's way through an update, told to the server as an agent tells it.
record SimulatedUpdate(FakeAgent device, RolloutId rollout, TestRelease release) {
    private static final long TOTAL_BYTES = 188_743_680;

    SimulatedUpdate tells(Stage stage, int percent, String message) throws IOException {
        long done = Math.ceilDiv(TOTAL_BYTES * percent, 100);
        device.update =
                Optional.of(
                        new UpdateProgress(
                                Optional.of(rollout),
                                version(),
                                manifest(),
                                stage,
                                done,
                                TOTAL_BYTES,
                                done / 9,
                                message));
        device.checksIn();
        return this;
    }

    /// Has a plan, and leave to ask for.
    SimulatedUpdate asks(DownloadPlan plan) throws IOException {
        tells(Stage.PLANNED, 0, "waits: " + plan.why());
        device.update = device.update.map(told -> told.with(plan));
        device.checksIn();
        return this;
    }

    SimulatedUpdate downloads(int percent) throws IOException {
        return tells(Stage.WRITING, percent, "");
    }

    SimulatedUpdate reboots() throws IOException {
        return tells(Stage.REBOOTING, 100, "");
    }

    /// Comes back in the other slot, not yet committed.
    SimulatedUpdate tries() throws IOException {
        var other = device.running.slot().other();
        device.boots(new Running(other, version(), Optional.of(manifest()), true));
        return tells(Stage.TRIAL, 100, "");
    }

    /// Signs that it is healthy and stays.
    SimulatedUpdate commits() throws IOException {
        var slot = device.running.slot();
        device.running = new Running(slot, version(), Optional.of(manifest()), false);
        return reports(BootReport.Outcome.COMMITTED, "all required health checks are green");
    }

    /// Comes back in the slot that it left, and signs why.
    SimulatedUpdate rollsBack(Running before, String why) throws IOException {
        device.boots(before);
        return reports(BootReport.Outcome.ROLLED_BACK, why);
    }

    SimulatedUpdate fails(String why) throws IOException {
        return tells(Stage.FAILED, 0, why).reports(BootReport.Outcome.FAILED, why);
    }

    private SimulatedUpdate reports(BootReport.Outcome outcome, String why) throws IOException {
        device.update = Optional.empty();
        var response =
                device.reports(device.nextReport(outcome, version().text(), manifest(), why));
        if (response.statusCode() != 204) throw new AssertionError(Client.text(response));
        device.checksIn();
        return this;
    }

    private Version version() {
        return release.manifest().version();
    }

    private Digest manifest() {
        return release.digest();
    }
}

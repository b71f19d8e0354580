// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.message.AttackSeen;
import dev.evenkeel.core.message.Condition;
import dev.evenkeel.core.message.DownloadPlan;
import dev.evenkeel.core.message.Running;
import dev.evenkeel.core.message.UpdateProgress;
import dev.evenkeel.linux.OverlayUse;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/// What the device says about itself, put together from what it knows.
final class Situation {
    private static final int MAX_ERROR_CHARS = 500;

    private Situation() {}

    static Running running(Booted booted, UpdateStage stage, History history, boolean isOnTrial) {
        Optional<Release> updated =
                stage.currentUpdate()
                        .filter(update -> update.slot() == booted.slot())
                        .map(Update::release);
        Optional<Digest> manifest =
                (stage instanceof UpdateStage.OnTrial ? updated : history.in(booted.slot()))
                        .filter(booted::runs)
                        .flatMap(Release::manifest);
        return new Running(booted.slot(), booted.release().version(), manifest, isOnTrial);
    }

    static Optional<UpdateProgress> progress(
            UpdateStage stage,
            long doneBytes,
            long downloadedBytes,
            String waitingFor,
            Optional<DownloadPlan> plan) {
        String message = waitingFor.isEmpty() ? stage.reason() : "waits: " + waitingFor;
        return stage.about()
                .map(subject ->
                        new UpdateProgress(
                                subject.rollout(),
                                subject.release(),
                                subject.manifest(),
                                stage.name(),
                                doneBytes,
                                stage.currentUpdate()
                                        .map(update -> update.release().rawBytes())
                                        .orElse(0L),
                                downloadedBytes,
                                shortened(message),
                                plan));
    }

    static Condition condition(Device device, String lastError, Optional<AttackSeen> attack) {
        Map<String, String> boot = device.facts("boot");
        String data = boot.getOrDefault("data", "unknown");
        String why = device.line("data-broken");
        OverlayUse overlay;
        try {
            overlay = device.overlay();
        } catch (IOException unknown) {
            overlay = new OverlayUse(0, 0);
        }
        return new Condition(
                overlay.usedBytes(),
                overlay.sizeBytes(),
                why.isEmpty() ? data : data + ": " + shortened(why),
                boot.getOrDefault("log", "unknown"),
                shortened(lastError),
                attack);
    }

    private static String shortened(String text) {
        return text.length() <= MAX_ERROR_CHARS ? text : text.substring(0, MAX_ERROR_CHARS) + "...";
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.fault;

import dev.evenkeel.core.Digest;
import dev.evenkeel.core.RolloutId;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.message.Assignment;
import dev.evenkeel.core.message.BootReport.Outcome;
import dev.evenkeel.core.message.CheckInAnswer;
import dev.evenkeel.core.message.Running;
import dev.evenkeel.core.message.Stage;
import dev.evenkeel.core.message.UpdateProgress;
import dev.evenkeel.server.Client;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// One device that checks in, follows what it is assigned to a good or a bad end, and sends each
/// boot report until the server has it. What the server tells it is judged at once.
final class DeviceLoad {
    private static final long TOTAL_BYTES = 1_000_000;

    private final Ledger ledger;
    private final Member member;
    private final Replies replies;
    private final RandomGenerator random;

    DeviceLoad(Ledger ledger, Member member, Replies replies, RandomGenerator random) {
        this.ledger = ledger;
        this.member = member;
        this.replies = replies;
        this.random = random;
    }

    /// Does one thing more. Throws when the line goes dead.
    void step() throws IOException {
        if (member.pending.isPresent()) {
            deliver();
            return;
        }
        if (random.nextInt(40) == 0) {
            fallsBackToTheFactory();
            return;
        }
        Optional<Assignment> assigned = checksIn();
        Optional<Campaign> campaign = assigned.map(one -> ledger.campaigns.get(one.rollout()));
        if (campaign.isPresent()) follow(campaign.get());
    }

    /// Somebody presses the reset button until the old release is back.
    private void fallsBackToTheFactory() {
        member.agent.boots(
                new Running(
                        member.agent.running.slot().other(),
                        new Version("1.0"),
                        Optional.empty(),
                        false));
        member.signs(Outcome.NONE, Optional.empty(), "");
    }

    private void follow(Campaign campaign) throws IOException {
        Running before = member.agent.running;
        var manifest = Optional.of(campaign.release().manifest());
        var version = new Version(campaign.release().version());
        for (Stage stage : List.of(Stage.WRITING, Stage.VERIFYING, Stage.REBOOTING)) {
            if (random.nextBoolean()) tells(campaign, stage);
        }
        switch (random.nextInt(10)) {
            case 0 -> member.signs(Outcome.FAILED, Optional.of(campaign), "no room " + random());
            case 1, 2 -> {
                member.agent.boots(before);
                String why = "check 20-network was red " + random();
                member.signs(Outcome.ROLLED_BACK, Optional.of(campaign), why);
            }
            default -> {
                member.agent.boots(new Running(before.slot().other(), version, manifest, false));
                member.signs(Outcome.COMMITTED, Optional.of(campaign), "all good");
            }
        }
        member.agent.update = Optional.empty();
    }

    private int random() {
        return random.nextInt(1_000_000);
    }

    private void tells(Campaign campaign, Stage stage) throws IOException {
        member.agent.update =
                Optional.of(
                        new UpdateProgress(
                                Optional.of(campaign.id()),
                                new Version(campaign.release().version()),
                                campaign.release().manifest(),
                                stage,
                                random.nextLong(TOTAL_BYTES),
                                TOTAL_BYTES,
                                random.nextLong(TOTAL_BYTES),
                                ""));
        try {
            checksIn();
        } finally {
            member.agent.update = Optional.empty();
        }
    }

    /// Sends the pending report. A report that was in doubt may be there already, and no other.
    void deliver() throws IOException {
        Member.Report report = member.pending.orElseThrow();
        HttpResponse<byte[]> response;
        try {
            response = member.calls(() -> member.agent.reports(report.envelope()));
        } catch (IOException dead) {
            ledger.inDoubt();
            member.pending = Optional.of(report.doubted());
            throw dead;
        }
        boolean wasThere = report.inDoubt() && response.statusCode() == 409;
        if (wasThere || replies.isYes("report " + report.counter(), response)) {
            member.delivered(ledger.campaigns);
        }
    }

    Optional<Assignment> checksIn() throws IOException {
        Map<RolloutId, Campaign> before = new HashMap<>(ledger.campaigns);
        member.told(member.agent.running, ledger.campaigns, false);
        HttpResponse<byte[]> response = member.calls(member.agent::triesToCheckIn);
        if (!replies.isYes("a check-in", response)) return Optional.empty();
        Optional<Assignment> told = CheckInAnswer.read(response.body()).assignment();
        if (told.isPresent()) judge(told.get(), before);
        return told;
    }

    private void judge(Assignment told, Map<RolloutId, Campaign> before) throws IOException {
        String what = member.id() + " was told " + told + ": ";
        Campaign old = before.get(told.rollout());
        Campaign now = ledger.campaigns.get(told.rollout());
        boolean isKnown =
                now != null
                        ? now.release().manifest().equals(told.manifest())
                        : ledger.startings.stream()
                                .anyMatch(s -> s.release().manifest().equals(told.manifest()));
        ledger.check(isKnown || ledger.campaigns.containsKey(told.rollout()), what + "made up");
        boolean stoodStill =
                old != null && now != null && !old.mayRun() && old.changes() == now.changes();
        ledger.check(!stoodStill, what + "that rollout does not run");
        ledger.check(!member.results.containsKey(told.rollout()), what + "it is settled there");
        ledger.check(
                !member.agent.running.manifest().equals(Optional.of(told.manifest())),
                what + "it runs that already");
        if (member.assigned.add(told.rollout())) fetches(told, what);
    }

    /// What a device is told to install must be there.
    private void fetches(Assignment told, String what) throws IOException {
        String path =
                "/content/v1/home/targets/"
                        + told.target().replaceFirst("[^/]*$", "")
                        + told.manifest()
                        + "."
                        + told.release()
                        + ".json";
        HttpResponse<byte[]> manifest = member.calls(() -> member.agent.client.get(path));
        if (replies.mayBeUnavailable() && manifest.statusCode() == 503) return;
        boolean isRight =
                manifest.statusCode() == 200 && Digest.of(manifest.body()).equals(told.manifest());
        ledger.check(
                isRight, what + path + " gave " + manifest.statusCode() + Client.text(manifest));
    }
}

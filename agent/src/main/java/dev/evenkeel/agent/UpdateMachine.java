// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.agent.UpdateEvent.Accepted;
import dev.evenkeel.agent.UpdateEvent.ArmStored;
import dev.evenkeel.agent.UpdateEvent.BootedOnTrial;
import dev.evenkeel.agent.UpdateEvent.BootedUnmarked;
import dev.evenkeel.agent.UpdateEvent.CannotInstall;
import dev.evenkeel.agent.UpdateEvent.CommitStored;
import dev.evenkeel.agent.UpdateEvent.FellBack;
import dev.evenkeel.agent.UpdateEvent.HealthFailed;
import dev.evenkeel.agent.UpdateEvent.HealthPassed;
import dev.evenkeel.agent.UpdateEvent.PlanMade;
import dev.evenkeel.agent.UpdateEvent.Refused;
import dev.evenkeel.agent.UpdateEvent.Reported;
import dev.evenkeel.agent.UpdateEvent.Resumed;
import dev.evenkeel.agent.UpdateEvent.RollbackAsked;
import dev.evenkeel.agent.UpdateEvent.SlotDiffers;
import dev.evenkeel.agent.UpdateEvent.TermsChanged;
import dev.evenkeel.agent.UpdateEvent.Verified;
import dev.evenkeel.agent.UpdateEvent.Withdrawn;
import dev.evenkeel.agent.UpdateEvent.Written;
import dev.evenkeel.agent.UpdateStage.Armed;
import dev.evenkeel.agent.UpdateStage.Committed;
import dev.evenkeel.agent.UpdateStage.Failed;
import dev.evenkeel.agent.UpdateStage.Healthy;
import dev.evenkeel.agent.UpdateStage.Idle;
import dev.evenkeel.agent.UpdateStage.Leaving;
import dev.evenkeel.agent.UpdateStage.OnTrial;
import dev.evenkeel.agent.UpdateStage.Planned;
import dev.evenkeel.agent.UpdateStage.Preparing;
import dev.evenkeel.agent.UpdateStage.Rebooting;
import dev.evenkeel.agent.UpdateStage.Resting;
import dev.evenkeel.agent.UpdateStage.RolledBack;
import dev.evenkeel.agent.UpdateStage.Trial;
import dev.evenkeel.agent.UpdateStage.Unhealthy;
import dev.evenkeel.agent.UpdateStage.Verifying;
import dev.evenkeel.agent.UpdateStage.Writing;
import dev.evenkeel.core.message.BootReport;
import dev.evenkeel.core.message.FetchTerms;
import java.util.ArrayList;
import java.util.List;

/// The rules of an update: a stage and an event give the next stage and what to do then. No clock,
/// no disk, no network. An event that means nothing in a stage changes nothing, because after a
/// power cut any of them may come twice or late.
///
/// 1. The stage is journaled before its effects.
/// 2. The boot record changes only after the whole slot was read back.
/// 3. Only [HealthPassed] leads to a commit, and only [CommitStored] to `committed`.
/// 4. Whatever happens, a fallback ends the update, and a release is never tried twice by itself.
/// 5. A release that was never committed is on trial whenever it runs: what leads back to it, power
///    dips or a lost boot record, leads to a trial with its deadline.
final class UpdateMachine {
    /// How often a slot is written again when the read-back finds a difference: a second time may
    /// cure a torn write, a third will not cure a broken medium.
    static final int MAX_ROUNDS = 2;

    record Next(UpdateStage stage, List<Effect> effects) {
        Next {
            effects = List.copyOf(effects);
        }

        private static Next to(UpdateStage stage, Effect... effects) {
            return new Next(stage, List.of(effects));
        }
    }

    private UpdateMachine() {}

    static Next next(UpdateStage stage, UpdateEvent event) {
        return switch (stage) {
            case Resting resting -> fromResting(resting, event);
            case Preparing preparing -> fromPreparing(preparing, event);
            case Leaving leaving -> fromLeaving(leaving, event);
            case OnTrial trial -> fromTrial(trial, event);
        };
    }

    private static Next fromResting(Resting stage, UpdateEvent event) {
        return switch (event) {
            case Accepted(Update update) -> Next.to(new Planned(update), Effect.MAKE_PLAN);
            case Refused(BootReport.Subject subject, String reason) -> failed(subject, reason);
            case Resumed _ -> new Next(stage, effectsAtRest(stage));
            case BootedOnTrial(Update update) -> trial(update, "");
            case BootedUnmarked(Update update) ->
                    stage instanceof RolledBack ? armAgain(update) : Next.to(stage);
            case FellBack(int attempts, String why) -> fellBackAtRest(stage, attempts, why);
            case Reported _ -> Next.to(reported(stage));
            case RollbackAsked(Update update) -> Next.to(new Armed(update), Effect.ARM_SLOT);
            case Withdrawn _,
                    TermsChanged _,
                    PlanMade _,
                    Written _,
                    Verified _,
                    SlotDiffers _,
                    CannotInstall _,
                    ArmStored _,
                    HealthPassed _,
                    HealthFailed _,
                    CommitStored _ ->
                    Next.to(stage);
        };
    }

    private static Next fromPreparing(Preparing stage, UpdateEvent event) {
        Update update = stage.update();
        return switch (event) {
            case Accepted(Update other) when update.isSameAs(other) -> Next.to(stage);
            case Accepted(Update other) -> Next.to(new Planned(other), Effect.MAKE_PLAN);
            case Refused(BootReport.Subject subject, String reason) -> failed(subject, reason);
            case Withdrawn _ -> Next.to(new Idle());
            case TermsChanged(FetchTerms terms) -> Next.to(stage.with(update.with(terms)));
            case Resumed _ -> Next.to(stage, effectOf(stage));
            case BootedOnTrial(Update booted) -> trial(booted, "");
            // the slot that was being written is the one that runs now: hands off
            case FellBack _ -> Next.to(new Idle());
            case PlanMade _ ->
                    stage instanceof Planned
                            ? Next.to(new Writing(update, 1), Effect.WRITE_SLOT)
                            : Next.to(stage);
            case Written _ ->
                    stage instanceof Writing(_, int round)
                            ? Next.to(new Verifying(update, round), Effect.VERIFY_SLOT)
                            : Next.to(stage);
            case Verified _ ->
                    stage instanceof Verifying
                            ? Next.to(new Armed(update), Effect.ARM_SLOT)
                            : Next.to(stage);
            case SlotDiffers(String what) ->
                    stage instanceof Verifying(_, int round)
                            ? differs(update, round, what)
                            : Next.to(stage);
            case CannotInstall(String reason) -> cannotInstall(update, reason);
            case ArmStored _,
                    BootedUnmarked _,
                    HealthPassed _,
                    HealthFailed _,
                    CommitStored _,
                    Reported _,
                    RollbackAsked _ ->
                    Next.to(stage);
        };
    }

    private static Next fromLeaving(Leaving stage, UpdateEvent event) {
        Update update = stage.update();
        return switch (event) {
            case Resumed _ ->
                    Next.to(stage, stage instanceof Armed ? Effect.ARM_SLOT : Effect.ASK_REBOOT);
            case ArmStored _ -> Next.to(new Rebooting(update), Effect.ASK_REBOOT);
            case BootedOnTrial _ -> trial(update, "");
            case BootedUnmarked _ -> armAgain(update);
            case FellBack(int attempts, _) ->
                    rolledBack(
                            update,
                            attempts,
                            "trial never reached the health check: kernel panic, hang or power loss");
            case CannotInstall(String reason) -> cannotInstall(update, reason);
            // too late: only the trial's verdict or a fallback can end it now
            case Accepted _,
                    Refused _,
                    Withdrawn _,
                    TermsChanged _,
                    PlanMade _,
                    Written _,
                    Verified _,
                    SlotDiffers _,
                    HealthPassed _,
                    HealthFailed _,
                    CommitStored _,
                    Reported _,
                    RollbackAsked _ ->
                    Next.to(stage);
        };
    }

    private static Next fromTrial(OnTrial stage, UpdateEvent event) {
        Update update = stage.update();
        return switch (event) {
            case Resumed _ -> Next.to(stage, effectOf(stage));
            case BootedOnTrial _ -> trial(update, stage.reason());
            case BootedUnmarked _ ->
                    stage instanceof Healthy ? Next.to(stage, effectOf(stage)) : armAgain(update);
            case FellBack(int attempts, _) -> rolledBack(update, attempts, whyFellBack(stage));
            case HealthPassed(int attempts) ->
                    stage instanceof Trial(_, String earlier)
                            ? Next.to(new Healthy(update, earlier, attempts), Effect.COMMIT_BOOT)
                            : Next.to(stage);
            case HealthFailed(String reason) ->
                    stage instanceof Trial
                            ? Next.to(new Unhealthy(update, reason), Effect.ASK_REBOOT)
                            : Next.to(stage);
            case CommitStored _ ->
                    stage instanceof Healthy(_, _, int attempts)
                            ? Next.to(
                                    new Committed(update, attempts, false),
                                    Effect.MARK_COMMITTED,
                                    Effect.REPORT)
                            : Next.to(stage);
            case Accepted _,
                    Refused _,
                    Withdrawn _,
                    TermsChanged _,
                    PlanMade _,
                    Written _,
                    Verified _,
                    SlotDiffers _,
                    CannotInstall _,
                    ArmStored _,
                    Reported _,
                    RollbackAsked _ ->
                    Next.to(stage);
        };
    }

    /// The mark lies in memory only, so it may be missing after a crash of the agent.
    private static List<Effect> effectsAtRest(Resting stage) {
        var effects = new ArrayList<Effect>();
        if (stage instanceof Committed) effects.add(Effect.MARK_COMMITTED);
        if (stage.owesReport()) effects.add(Effect.REPORT);
        return effects;
    }

    private static Effect effectOf(Preparing stage) {
        return switch (stage) {
            case Planned _ -> Effect.MAKE_PLAN;
            case Writing _ -> Effect.WRITE_SLOT;
            case Verifying _ -> Effect.VERIFY_SLOT;
        };
    }

    private static Effect effectOf(OnTrial stage) {
        return switch (stage) {
            case Trial _ -> Effect.AWAIT_HEALTH;
            case Healthy _ -> Effect.COMMIT_BOOT;
            case Unhealthy _ -> Effect.ASK_REBOOT;
        };
    }

    private static Next differs(Update update, int round, String what) {
        if (round < MAX_ROUNDS) {
            return Next.to(new Writing(update, round + 1), Effect.WRITE_SLOT);
        }
        return cannotInstall(
                update,
                what + "; written " + round + " times, the storage does not keep what is written");
    }

    private static Next trial(Update update, String earlier) {
        return Next.to(new Trial(update, earlier), Effect.AWAIT_HEALTH);
    }

    /// A trial without a mark has no deadline: it begins anew, with one.
    private static Next armAgain(Update update) {
        return Next.to(new Armed(update), Effect.ARM_SLOT);
    }

    private static Next failed(BootReport.Subject subject, String reason) {
        return Next.to(new Failed(subject, reason, false), Effect.REPORT);
    }

    private static Next cannotInstall(Update update, String reason) {
        return update.subject()
                .map(subject -> failed(subject, reason))
                .orElseGet(() -> Next.to(new Idle()));
    }

    private static Next rolledBack(Update update, int attempts, String why) {
        String reason =
                why + "; " + attempts + (attempts == 1 ? " attempt used" : " attempts used");
        return Next.to(new RolledBack(update, attempts, reason, false), Effect.REPORT);
    }

    private static String whyFellBack(OnTrial stage) {
        return switch (stage) {
            case Trial(_, String earlier) when !earlier.isEmpty() -> earlier;
            case Trial _ ->
                    "the trial's health checks gave no verdict in time: hang, deadline or power loss";
            case Healthy _ -> "checks were green, but the power went before the commit";
            case Unhealthy(_, String reason) -> reason;
        };
    }

    /// A release that was committed and does not boot any more takes its success back.
    private static Next fellBackAtRest(Resting stage, int attempts, String why) {
        if (!(stage instanceof Committed(Update update, _, _))) return Next.to(stage);
        return rolledBack(
                update,
                attempts,
                why.isEmpty() ? "the committed release did not boot any more" : why);
    }

    private static UpdateStage reported(Resting stage) {
        return switch (stage) {
            case Idle idle -> idle;
            case Committed(Update update, int attempts, _) -> new Committed(update, attempts, true);
            case RolledBack(Update update, int attempts, String reason, _) ->
                    new RolledBack(update, attempts, reason, true);
            case Failed(BootReport.Subject subject, String reason, _) ->
                    new Failed(subject, reason, true);
        };
    }
}

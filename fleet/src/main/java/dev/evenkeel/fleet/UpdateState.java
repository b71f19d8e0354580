// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.Version;
import dev.evenkeel.core.message.Stage;

/// What the server may truthfully say about one device's update, and the only way from one such
/// state to the next. The rules:
///
/// - Only a signed boot report that says *committed* makes an update succeed. A device that tells
///   it committed, or simply runs the release, is still checking.
/// - A success holds as long as the device runs the release. A later check-in or report that runs
///   another one withdraws it.
/// - What a signed report said, a stage that is merely told does not change.
/// - Superseded is no verdict: nobody tried, and the rollout asks again once no other comes first.
/// - Offline is no state: it is seen from the time of the last check-in, see [Presence].
public sealed interface UpdateState {
    /// Assigned; the device has not begun.
    record Pending() implements UpdateState {}

    /// Planning, fetching and writing into the inactive slot.
    record Downloading() implements UpdateState {}

    /// Reading the slot back, arming the boot record.
    record Installing() implements UpdateState {}

    record Rebooting() implements UpdateState {}

    /// In its trial boot, or committed by its own word but not yet by a signed report.
    record Checking() implements UpdateState {}

    record Succeeded(Evidence evidence) implements UpdateState {}

    /// Refused or given up before anything was armed.
    record Failed(String reason, Evidence evidence) implements UpdateState {}

    /// The device runs another release than it installed.
    record RolledBack(String reason, Evidence evidence) implements UpdateState {}

    /// Another rollout took the device over before this one came to an end.
    ///
    /// @param reason which
    record Superseded(String reason) implements UpdateState {}

    /// The state after `event`.
    default UpdateState next(UpdateEvent event) {
        return switch (event) {
            case UpdateEvent.ReportedCommitted _ -> new Succeeded(Evidence.SIGNED);
            case UpdateEvent.ReportedRolledBack(String reason) ->
                    new RolledBack(reason, Evidence.SIGNED);
            case UpdateEvent.ReportedFailed(String reason) -> new Failed(reason, Evidence.SIGNED);
            case UpdateEvent.RunsIt _ -> this;
            case UpdateEvent.NotTold _ ->
                    this instanceof Downloading || this instanceof Installing
                            ? new Pending()
                            : this;
            case UpdateEvent.RunsOther(Version running) -> withOtherRunning(running);
            case UpdateEvent.Told(Stage stage, String message) ->
                    isSettledBy(Evidence.SIGNED) ? this : told(stage, message);
        };
    }

    private UpdateState withOtherRunning(Version running) {
        return switch (this) {
            case Succeeded(Evidence evidence) ->
                    new RolledBack("success withdrawn: the device runs " + running, evidence);
            case Checking _ ->
                    new RolledBack(
                            "the trial boot ended and the device runs "
                                    + running
                                    + "; no boot report has said why yet",
                            Evidence.REPORTED);
            // it is expected to run the old release until it has rebooted
            case Pending _,
                    Downloading _,
                    Installing _,
                    Rebooting _,
                    Failed _,
                    RolledBack _,
                    Superseded _ ->
                    this;
        };
    }

    private UpdateState told(Stage stage, String message) {
        return switch (stage) {
            case IDLE -> this;
            case PLANNED, WRITING -> new Downloading();
            case VERIFYING, ARMED -> new Installing();
            case REBOOTING -> new Rebooting();
            case TRIAL, COMMITTED -> new Checking();
            case ROLLED_BACK -> new RolledBack(message, Evidence.REPORTED);
            case FAILED -> new Failed(message, Evidence.REPORTED);
        };
    }

    private boolean isSettledBy(Evidence least) {
        return switch (this) {
            case Superseded _ -> least == Evidence.UNPROVEN;
            case Succeeded(Evidence evidence) -> evidence.compareTo(least) >= 0;
            case Failed(_, Evidence evidence) -> evidence.compareTo(least) >= 0;
            case RolledBack(_, Evidence evidence) -> evidence.compareTo(least) >= 0;
            case Pending _, Downloading _, Installing _, Rebooting _, Checking _ -> false;
        };
    }

    /// Whether nothing more is expected of the device for this update.
    default boolean isSettled() {
        return isSettledBy(Evidence.UNPROVEN);
    }

    /// Whether its rollout shall not ask again: the device had its try.
    default boolean isDecided() {
        return isSettled() && !(this instanceof Superseded);
    }

    /// Whether the device is between its reboot and its verdict, when silence is to be expected.
    default boolean isBooting() {
        return this instanceof Rebooting || this instanceof Checking;
    }

    default Name name() {
        return switch (this) {
            case Pending _ -> Name.PENDING;
            case Downloading _ -> Name.DOWNLOADING;
            case Installing _ -> Name.INSTALLING;
            case Rebooting _ -> Name.REBOOTING;
            case Checking _ -> Name.CHECKING;
            case Succeeded _ -> Name.SUCCEEDED;
            case Failed _ -> Name.FAILED;
            case RolledBack _ -> Name.ROLLED_BACK;
            case Superseded _ -> Name.SUPERSEDED;
        };
    }

    /// Why it ended so; empty where nothing is to be explained.
    default String reason() {
        return switch (this) {
            case Failed(String reason, _) -> reason;
            case RolledBack(String reason, _) -> reason;
            case Superseded(String reason) -> reason;
            case Pending _, Downloading _, Installing _, Rebooting _, Checking _, Succeeded _ -> "";
        };
    }

    default Evidence evidence() {
        return switch (this) {
            case Succeeded(Evidence evidence) -> evidence;
            case Failed(_, Evidence evidence) -> evidence;
            case RolledBack(_, Evidence evidence) -> evidence;
            case Superseded _ -> Evidence.UNPROVEN;
            case Pending _, Downloading _, Installing _, Rebooting _, Checking _ ->
                    Evidence.REPORTED;
        };
    }

    /// The state that was kept as its name, reason and evidence.
    static UpdateState of(Name name, String reason, Evidence evidence) {
        return switch (name) {
            case PENDING -> new Pending();
            case DOWNLOADING -> new Downloading();
            case INSTALLING -> new Installing();
            case REBOOTING -> new Rebooting();
            case CHECKING -> new Checking();
            case SUCCEEDED -> new Succeeded(evidence);
            case FAILED -> new Failed(reason, evidence);
            case ROLLED_BACK -> new RolledBack(reason, evidence);
            case SUPERSEDED -> new Superseded(reason);
            case OFFLINE -> throw new MalformedInput("offline is seen, never kept");
        };
    }

    /// The words that API, CLI and console show.
    enum Name {
        PENDING,
        DOWNLOADING,
        INSTALLING,
        REBOOTING,
        CHECKING,
        SUCCEEDED,
        FAILED,
        ROLLED_BACK,
        SUPERSEDED,
        OFFLINE;

        public static Name parse(String text) {
            for (Name name : values()) {
                if (name.toString().equals(text)) return name;
            }
            throw new MalformedInput("not a state of an update: '" + text + "'");
        }

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}

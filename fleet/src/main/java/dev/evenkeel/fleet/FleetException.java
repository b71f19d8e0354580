// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.DeviceId;

/// A request that the fleet cannot grant, and why; each kind has its own answer at the edge.
public abstract sealed class FleetException extends RuntimeException {
    private FleetException(String message) {
        super(message);
    }

    private FleetException(String message, Throwable cause) {
        super(message, cause);
    }

    /// The thing that was named does not exist in this fleet.
    public static final class Unknown extends FleetException {
        public Unknown(String what) {
            super(what);
        }
    }

    /// The request contradicts what is already so.
    public static final class Contradiction extends FleetException {
        public Contradiction(String what) {
            super(what);
        }
    }

    /// An enrolment without a good token. One message for every fault, so that nobody learns which.
    public static final class EnrolmentRefused extends FleetException {
        public EnrolmentRefused() {
            super(
                    "the enrolment token is unknown, used by another device or expired;"
                            + " create a new one");
        }
    }

    /// The device was revoked: its key counts for nothing any more.
    public static final class Revoked extends FleetException {
        public Revoked(DeviceId device) {
            super(
                    "device "
                            + device
                            + " was revoked; to come back it needs a new key and a new leave");
        }
    }

    /// Two hold the device's identity; an operator has to look.
    public static final class Quarantined extends FleetException {
        public Quarantined(DeviceId device, String what) {
            super("device " + device + " is in quarantine until an operator lifts it: " + what);
        }
    }

    /// Too many wait for a person already.
    public static final class WaitingRoomFull extends FleetException {
        public WaitingRoomFull() {
            super("too many devices wait for somebody to let them in; come again later");
        }
    }

    /// What was asked for could not be kept, so it did not happen: the disk is full or broken.
    public static final class NotKept extends FleetException {
        public NotKept(Throwable cause) {
            super(
                    "the fleet's memory could not be written ("
                            + cause.getMessage()
                            + "); nothing was changed. See that its disk works and has room, and try"
                            + " again",
                    cause);
        }
    }

    /// A boot report whose counter is not above the newest accepted one.
    public static final class ReplayedReport extends FleetException {
        public ReplayedReport(long counter, long newest) {
            super(
                    "boot report "
                            + counter
                            + " is not newer than "
                            + newest
                            + ", which is already recorded; it is a replay or came out of order");
        }
    }
}

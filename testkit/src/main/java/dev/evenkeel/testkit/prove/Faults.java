// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A fault of the disk or the network at one call of a power-on, or one place of the medium that
/// rots; or none.
///
/// @param ioCall number of the disk call from 0 on; -1 for none
/// @param messageCall number of the message from 0 on; -1 for none
/// @param rotPlace number of the place from 0 on, see [Rot]; -1 for none
record Faults(Io io, int ioCall, Message message, int messageCall, Rot rot, int rotPlace) {
    static final Faults NONE = new Faults(Io.NONE, -1, Message.NONE, -1, Rot.NONE, -1);

    /// What a call of the disk may answer.
    enum Io {
        NONE(""),
        EIO("Input/output error"),
        ENOSPC("No space left on device"),
        EINTR("Interrupted system call"),
        /// A write of which the first half arrives, then an error.
        SHORT_WRITE("Input/output error after a part of the bytes");

        private final String words;

        Io(String words) {
            this.words = words;
        }

        /// @param kind of call: `r`ead, `w`rite, `f`lush
        boolean fits(char kind) {
            return switch (this) {
                case NONE -> false;
                case EIO, EINTR -> true;
                case ENOSPC, SHORT_WRITE -> kind == 'w';
            };
        }

        IOException error(String where) {
            return new IOException(where + ": " + words);
        }
    }

    /// What may become of a message.
    enum Message {
        NONE,
        REQUEST_LOST,
        ANSWER_LOST,
        /// Arrives twice in a row.
        TWICE,
        /// Arrives once more after the next one.
        AGAIN_LATER,
        /// Takes ten minutes and then fails.
        STALLED,
        /// The answer ends early.
        CUT_SHORT,
        /// The answer has a wrong bit.
        ALTERED,
        /// A captive portal answers: 200, HTML.
        CAPTIVE_PORTAL,
        /// The server is busy and says when to come again.
        BUSY
    }

    static Faults of(Io kind, int call) {
        return new Faults(kind, call, Message.NONE, -1, Rot.NONE, -1);
    }

    static Faults of(Message kind, int call) {
        return new Faults(Io.NONE, -1, kind, call, Rot.NONE, -1);
    }

    static Faults of(Rot kind, int place) {
        return new Faults(Io.NONE, -1, Message.NONE, -1, kind, place);
    }

    /// The fault of a seed's step; empty when the step is none.
    static Optional<Faults> parse(String step) {
        int at = step.indexOf('@');
        if (at < 0) return Optional.empty();
        String kind = step.substring(0, at).toUpperCase(Locale.ROOT);
        int call = Integer.parseInt(step.substring(at + 1));
        for (Io io : Io.values()) {
            if (io.name().equals(kind)) return Optional.of(of(io, call));
        }
        for (Rot rot : Rot.values()) {
            if (rot.name().equals(kind)) return Optional.of(of(rot, call));
        }
        return Optional.of(of(Message.valueOf(kind), call));
    }

    /// What may be forgiven after it.
    Excuse excuse(Scenario scenario) {
        // a medium that loses a write and lets another rot is one that does not keep what is
        // written
        boolean isSecond = rot == Rot.ROTTEN_WRITE && scenario.has(Scenario.Habit.LOSES_A_WRITE);
        if (ioCall >= 0 || isSecond) return Excuse.UPDATE_MAY_FAIL;
        return rot == Rot.ROTTEN_SLOT ? Excuse.SLOT_IS_ROTTEN : Excuse.NONE;
    }

    /// All faults that one power-on can have, from how it went without any.
    static List<Faults> of(Scenario scenario, MachineState start, PowerOn.Outcome usual) {
        var all = new ArrayList<Faults>();
        for (Rot rot : Rot.values()) {
            // a running release that rots under a new one that is bad leaves nothing to boot
            if (rot == Rot.ROTTEN_SOURCE && !scenario.isGood()) continue;
            for (int place = 0; place < rot.places(start, usual); place++) all.add(of(rot, place));
        }
        for (int call = 0; call < usual.calls().length(); call++) {
            for (Io io : Io.values()) {
                if (io.fits(usual.calls().charAt(call))) all.add(of(io, call));
            }
        }
        for (int call = 0; call < usual.messages(); call++) {
            for (Message message : Message.values()) {
                if (message != Message.NONE) all.add(of(message, call));
            }
        }
        return all;
    }

    boolean isNone() {
        return ioCall < 0 && messageCall < 0 && rotPlace < 0;
    }

    /// In a seed: `eio@17`, `answer-lost@3`.
    String words() {
        if (rotPlace >= 0) return rot.name().toLowerCase(Locale.ROOT) + "@" + rotPlace;
        if (ioCall >= 0) return io.name().toLowerCase(Locale.ROOT) + "@" + ioCall;
        return message.name().toLowerCase(Locale.ROOT) + "@" + messageCall;
    }
}

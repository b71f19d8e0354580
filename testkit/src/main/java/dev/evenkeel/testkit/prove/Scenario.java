// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.testkit.prove;

import java.time.Instant;
import java.util.Set;

/// One story that the power is cut out of.
///
/// @param name in seeds and reports
/// @param words what happens when nobody cuts anything
/// @param start the device when it begins
/// @param from the release that runs then
/// @param wanted the release that the server assigns; empty for none
/// @param ends where it has to end
/// @param habits what else is peculiar about this world
record Scenario(
        String name,
        String words,
        MachineState start,
        String from,
        String wanted,
        Ending ends,
        Set<Habit> habits) {
    /// @param runs the release that runs committed
    /// @param told what the server was told of the update, `outcome release`
    record Ending(String runs, String told) {}

    enum Habit {
        /// Nothing but the first start of a device, which enrols.
        FACTORY,
        /// The link to the server breaks twice in each boot, in the middle of a chunk.
        BREAKING_LINK,
        /// Somebody on the device asks for a rollback once it rests.
        OPERATOR_ROLLS_BACK,
        /// The user restarts the device in the middle of the trial.
        USER_RESTARTS,
        /// The medium loses one acknowledged write of a chunk.
        LOSES_A_WRITE,
        /// A cut may take the whole erase block of what was being written.
        ERASE_BLOCKS,
        /// A bad time source sets the clock years ahead, back to 1970 and right, in each boot.
        WRONG_CLOCK,
        /// Somebody has the online keys: his metadata have versions and a time far ahead.
        KEYS_STOLEN,
        /// Two new roots withdrew the stolen keys, and the thief still answers first in each boot.
        ROOTS_ROTATED,
        /// The server signs the time.
        SIGNED_TIME,
        /// It happens when the device had just been enrolled.
        EARLIER,
        /// The device's certificate is due for renewal.
        RENEWAL_DUE
    }

    Scenario {
        habits = Set.copyOf(habits);
    }

    /// The same story from another start.
    Scenario startingAt(MachineState other) {
        return new Scenario(name, words, other, from, wanted, ends, habits);
    }

    /// What the server says that it is.
    Instant serverTime() {
        if (has(Habit.FACTORY) || has(Habit.EARLIER)) return World.NOW;
        return has(Habit.RENEWAL_DUE) ? World.RENEWING : World.LATER;
    }

    /// What the timestamp role signs.
    Instant signedTime() {
        return has(Habit.KEYS_STOLEN) ? TrustHistory.STOLEN_TIME : serverTime();
    }

    TrustHistory.Age age() {
        if (has(Habit.ROOTS_ROTATED)) return TrustHistory.Age.ROTATED;
        return has(Habit.KEYS_STOLEN) ? TrustHistory.Age.STOLEN : TrustHistory.Age.FIRST;
    }

    /// Whether the release that is installed is one to keep.
    boolean isGood() {
        return ends.told().startsWith("committed");
    }

    boolean has(Habit habit) {
        return habits.contains(habit);
    }
}

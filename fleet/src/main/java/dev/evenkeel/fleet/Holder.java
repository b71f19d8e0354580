// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import dev.evenkeel.core.message.CheckIn;

/// Whether a check-in comes from the one holder of its identity. A cloned disk shows by a counter
/// that does not grow, or by a boot id that was over and is back.
sealed interface Holder {
    record Same() implements Holder {}

    /// The last check-in again, because its answer was lost.
    record Repeated() implements Holder {}

    record Another(String what) implements Holder {}

    static Holder of(CheckIn checkIn, DeviceState known) {
        if (known.contact().isEmpty()) return new Same();
        CheckIn last = known.contact().get().checkIn();
        if (checkIn.counter() == last.counter() && checkIn.boot().equals(last.boot())) {
            return new Repeated();
        }
        if (checkIn.counter() <= last.counter()) {
            return new Another(
                    "check-in counter "
                            + checkIn.counter()
                            + " came after "
                            + last.counter()
                            + ": two devices hold this identity, or it was restored from a copy");
        }
        if (known.earlierBoots().contains(checkIn.boot())) {
            return new Another(
                    "boot "
                            + checkIn.boot()
                            + " checked in again after boot "
                            + last.boot()
                            + ": two devices hold this identity");
        }
        return new Same();
    }
}

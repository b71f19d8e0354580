// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// What was counted in a soak, and which of its promises broke.
final class Tally {
    private static final int MOST_BROKEN = 20;

    long checkIns;
    long reports;
    long powerCuts;
    long cutsAtOperations;
    long outages;
    long lostRequests;
    long absences;
    long reboots;
    long clockJumps;
    long serverRestarts;
    long serverKills;
    long boots;
    long updates;
    long rollbacks;
    long rollbacksOfGood;
    long failures;
    long payloadBytes;
    long audits;
    long auditedDevices;
    private final List<String> broken = new ArrayList<>();
    private final Consumer<String> say;
    private long brokenTimes;

    /// @param say hears at once what broke, as long as it is not too much
    Tally(Consumer<String> say) {
        this.say = say;
    }

    long linkFaults() {
        return outages + lostRequests;
    }

    void broken(String what) {
        brokenTimes++;
        if (broken.size() >= MOST_BROKEN) return;
        broken.add(what);
        say.accept("BROKEN " + what);
    }

    List<String> broken() {
        return List.copyOf(broken);
    }

    long brokenTimes() {
        return brokenTimes;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.boot;

import dev.evenkeel.core.Slot;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BootDecisionTest {
    @Test
    void decides_by_this_table() throws IOException {
        var table = new StringBuilder();
        table.append("first a_left b_left trial other_ok | boots left trial fallback")
                .append(" | writes first a_left b_left trial\n");
        for (Slot first : Slot.values()) {
            for (int left : List.of(0, 1, 2, 3, 9)) {
                for (int otherLeft : List.of(0, 3)) {
                    for (Optional<Slot> trial :
                            List.of(
                                    Optional.<Slot>empty(),
                                    Optional.of(Slot.A),
                                    Optional.of(Slot.B))) {
                        for (boolean other : List.of(false, true)) {
                            table.append(line(record(first, left, otherLeft, trial, other)));
                        }
                    }
                }
            }
        }
        ExpectedFile.holds("expected/boot-decisions.txt", table.toString());
    }

    private static BootRecord record(
            Slot first, int left, int otherLeft, Optional<Slot> trial, boolean other) {
        boolean a = first == Slot.A;
        return new BootRecord(
                BootRecord.FORMAT,
                0,
                first,
                a ? left : otherLeft,
                a ? otherLeft : left,
                trial,
                0,
                other,
                "",
                new TreeMap<>());
    }

    private static String line(BootRecord found) {
        BootDecision decision = BootDecision.decide(found);
        return String.format(
                "%-5s %-6d %-6d %-5s %-8s | %-5s %-4d %-5s %-8s | %-12s %-6d %-6d %s%n",
                found.first(),
                found.leftA(),
                found.leftB(),
                trial(found),
                found.otherAllowed() ? 1 : 0,
                decision.slot(),
                decision.left(),
                decision.trial() ? 1 : 0,
                decision.fallback() ? 1 : 0,
                decision.record().first(),
                decision.record().leftA(),
                decision.record().leftB(),
                trial(decision.record()));
    }

    private static String trial(BootRecord record) {
        return record.trial().map(Slot::toString).orElse("none");
    }
}

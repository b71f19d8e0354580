// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.BootId;
import dev.evenkeel.core.Dsse;
import dev.evenkeel.core.MalformedInput;
import dev.evenkeel.core.json.Json;
import dev.evenkeel.core.json.JsonArray;
import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.message.BootReport;
import dev.evenkeel.core.message.BootReport.Outcome;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Signed boot reports that the server has not acknowledged, oldest first. When there is no room, a
/// report about an ordinary boot goes before one that settles an update.
///
/// @param counter of the next report
/// @param waiting what is to be sent
record ReportQueue(long counter, List<Waiting> waiting, JsonObject unknown) {
    static final int FORMAT = 1;
    static final int MAX_WAITING = 32;
    static final ReportQueue EMPTY = new ReportQueue(1, List.of(), JsonObject.EMPTY);
    private static final Set<String> KNOWN = Set.of("type", "format", "counter", "waiting");

    /// @param outcome as in the report, to choose what to drop and to see what is there already
    /// @param envelope DSSE bytes
    record Waiting(BootId boot, String outcome, byte[] envelope) {
        private boolean isSuccessOf(BootReport.Subject update) {
            if (!outcome.equals(Outcome.COMMITTED.toString())) return false;
            // signed by this device itself
            byte[] report = Dsse.read(envelope).payload();
            return BootReport.read(report).update().equals(Optional.of(update));
        }
    }

    ReportQueue {
        waiting = List.copyOf(waiting);
    }

    static ReportQueue read(JsonObject json) {
        var waiting = new ArrayList<Waiting>();
        for (JsonObject one : json.array("waiting").objects()) {
            waiting.add(
                    new Waiting(
                            new BootId(one.text("boot")),
                            one.text("outcome"),
                            base64(one.text("envelope"))));
        }
        return new ReportQueue(json.size("counter"), waiting, json.without(KNOWN));
    }

    JsonObject toJson() {
        var list = new ArrayList<Json>();
        for (Waiting one : waiting) {
            list.add(
                    JsonObject.of("boot", one.boot().text())
                            .with("outcome", one.outcome())
                            .with("envelope", Base64.getEncoder().encodeToString(one.envelope())));
        }
        return unknown.withAll(
                JsonObject.of("type", "reports")
                        .with("format", FORMAT)
                        .with("counter", counter)
                        .with("waiting", new JsonArray(list)));
    }

    /// With one more; the report carries this queue's counter.
    ReportQueue and(BootId boot, Outcome outcome, byte[] envelope) {
        var more = new ArrayList<>(waiting);
        if (more.size() >= MAX_WAITING) more.remove(leastWorth(more));
        more.add(new Waiting(boot, outcome.toString(), envelope));
        return new ReportQueue(counter + 1, more, unknown);
    }

    ReportQueue withoutFirst() {
        return new ReportQueue(counter, waiting.subList(1, waiting.size()), unknown);
    }

    /// Without the success of an update that came to nothing afterwards, before anybody heard of
    /// it: the server would count a success that is none.
    ReportQueue withoutSuccessOf(BootReport.Subject update) {
        return new ReportQueue(
                counter,
                waiting.stream().filter(one -> !one.isSuccessOf(update)).toList(),
                unknown);
    }

    /// Whether the queue holds it already: a power cut came between queueing and journaling.
    boolean holds(BootId boot, Outcome outcome) {
        return waiting.stream()
                .anyMatch(
                        one -> one.boot().equals(boot) && one.outcome().equals(outcome.toString()));
    }

    private static int leastWorth(List<Waiting> all) {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).outcome().equals(Outcome.NONE.toString())) return i;
        }
        return 0;
    }

    private static byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException wrong) {
            throw new MalformedInput("reports: member 'envelope' is not base64", wrong);
        }
    }
}

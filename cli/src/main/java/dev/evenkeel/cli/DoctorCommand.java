// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `evenkeel doctor`: what the fleet's trust rests on, and what would break next.
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = "Lists every fact of the fleet's trust, and what would break next.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:nothing has to be done within 30 days",
            "2:something expires within 30 days, has expired, or waits for signatures; from 7 days on the words are loud",
            "1:failed; the message says what",
            "4:the server cannot be reached"
        })
final class DoctorCommand implements Callable<Integer> {
    private static final int TO_BE_DONE = 2;

    @Mixin private ServerAccess access;
    @Mixin private Output output;

    @Override
    public Integer call() throws IOException {
        try (ServerClient server = access.open()) {
            JsonObject trust = server.get("/api/v1/trust");
            output.show(trust, () -> tell(trust));
            return trust.array("warnings").items().isEmpty() ? 0 : TO_BE_DONE;
        }
    }

    private void tell(JsonObject trust) {
        output.line("fleet " + trust.text("fleet") + ", root " + trust.integer("root"));
        if (trust.flag("development_keys")) {
            output.line(
                    "DEV: the keys were made at the first start and guard nothing; see"
                            + " docs/guides/keys-for-production.md");
        }
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("ROLE", "VERSION", "SIGNED BY", "RENEWED BY", "EXPIRES", "LEFT"));
        for (JsonObject role : trust.array("roles").objects()) {
            List<String> keys =
                    role.array("keys").objects().stream().map(DoctorCommand::key).toList();
            rows.add(
                    List.of(
                            role.text("role"),
                            Long.toString(role.integer("version")),
                            role.integer("threshold") + " of " + String.join(", ", keys),
                            role.flag("renewed_by_server") ? "server" : "people",
                            role.text("expires"),
                            left(role.integer("seconds_left"))));
        }
        output.table(rows);
        List<String> unused = trust.array("unused_keys").texts();
        if (!unused.isEmpty()) {
            output.line(
                    "keys on the server that sign for nothing: "
                            + String.join(", ", unused)
                            + "; delete those that are not meant for the next root");
        }
        boolean loud =
                trust.text("urgency").equals("now") || trust.text("urgency").equals("expired");
        for (String warning : trust.array("warnings").texts()) {
            output.line((loud ? "!!! " : "!   ") + warning);
        }
        if (trust.array("warnings").items().isEmpty()) {
            JsonObject next = trust.array("roles").objects().getFirst();
            output.line(
                    "nothing has to be done; next comes "
                            + next.text("role")
                            + " in "
                            + left(next.integer("seconds_left"))
                            + (next.flag("renewed_by_server") ? ", which the server renews" : ""));
        }
    }

    private static String key(JsonObject key) {
        String name = key.text("holder").isEmpty() ? key.text("type") : key.text("holder");
        return name + ":" + key.text("key").substring(0, 8);
    }

    private static String left(long seconds) {
        if (seconds <= 0) return "EXPIRED";
        long days = seconds / 86_400;
        return days > 1 ? days + " days" : String.format(Locale.ROOT, "%d hours", seconds / 3_600);
    }
}

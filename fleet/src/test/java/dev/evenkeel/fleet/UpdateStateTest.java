// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Version;
import dev.evenkeel.core.message.Stage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UpdateStateTest {
    private static final Path TABLE = Path.of("src/test/resources/update-state-table.txt");

    /// The whole machine, one line for each state and event. UPDATE_EXPECTED=1 rewrites the file.
    @Test
    void the_table_of_all_transitions_is_as_reviewed() throws IOException {
        String table = table();
        if ("1".equals(System.getenv("UPDATE_EXPECTED"))) {
            Files.createDirectories(TABLE.getParent());
            Files.writeString(TABLE, table);
        }
        assertThat(table).isEqualTo(Files.readString(TABLE, StandardCharsets.UTF_8));
    }

    @Test
    void nothing_but_a_signed_committed_report_leads_to_success() {
        for (UpdateState state : states().values()) {
            if (state instanceof UpdateState.Succeeded) continue;
            for (UpdateEvent event : events().values()) {
                boolean succeeded = state.next(event) instanceof UpdateState.Succeeded;
                assertThat(succeeded)
                        .as(state + " on " + event)
                        .isEqualTo(event instanceof UpdateEvent.ReportedCommitted);
            }
        }
    }

    @Test
    void running_another_release_withdraws_a_success() {
        var succeeded = new UpdateState.Succeeded(Evidence.SIGNED);
        assertThat(succeeded.next(new UpdateEvent.RunsOther(new Version("1.0"))))
                .isEqualTo(
                        new UpdateState.RolledBack(
                                "success withdrawn: the device runs 1.0", Evidence.SIGNED));
    }

    @Test
    void every_state_is_read_back_from_what_was_kept_of_it() {
        for (UpdateState state : states().values()) {
            assertThat(UpdateState.of(state.name(), state.reason(), state.evidence()))
                    .isEqualTo(state);
        }
    }

    private static String table() {
        var table = new StringBuilder();
        states().forEach((stateName, state) ->
                events().forEach((eventName, event) ->
                        table.append(
                                "%-22s | %-22s -> %s%n"
                                        .formatted(stateName, eventName, shown(state, event)))));
        return table.toString();
    }

    private static String shown(UpdateState state, UpdateEvent event) {
        UpdateState next = state.next(event);
        if (next.equals(state)) return "=";
        return next.name()
                + (next.isSettled() ? " " + next.evidence() : "")
                + (next.reason().isEmpty() ? "" : " '" + next.reason() + "'");
    }

    private static Map<String, UpdateState> states() {
        var states = new LinkedHashMap<String, UpdateState>();
        states.put("pending", new UpdateState.Pending());
        states.put("downloading", new UpdateState.Downloading());
        states.put("installing", new UpdateState.Installing());
        states.put("rebooting", new UpdateState.Rebooting());
        states.put("checking", new UpdateState.Checking());
        states.put("succeeded (signed)", new UpdateState.Succeeded(Evidence.SIGNED));
        states.put("failed (reported)", new UpdateState.Failed("before", Evidence.REPORTED));
        states.put("failed (signed)", new UpdateState.Failed("before", Evidence.SIGNED));
        states.put(
                "rolled_back (reported)", new UpdateState.RolledBack("before", Evidence.REPORTED));
        states.put("rolled_back (signed)", new UpdateState.RolledBack("before", Evidence.SIGNED));
        states.put("superseded", new UpdateState.Superseded("before"));
        return states;
    }

    private static Map<String, UpdateEvent> events() {
        var events = new LinkedHashMap<String, UpdateEvent>();
        for (Stage stage : Stage.values()) {
            events.put("tells " + stage, new UpdateEvent.Told(stage, "why"));
        }
        events.put("tells nothing of it", new UpdateEvent.NotTold());
        events.put("runs it", new UpdateEvent.RunsIt());
        events.put("runs another", new UpdateEvent.RunsOther(new Version("1.0")));
        events.put("signed: committed", new UpdateEvent.ReportedCommitted());
        events.put("signed: rolled back", new UpdateEvent.ReportedRolledBack("why"));
        events.put("signed: failed", new UpdateEvent.ReportedFailed("why"));
        return events;
    }
}

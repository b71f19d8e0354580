// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.json.JsonObject;
import dev.evenkeel.core.json.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class MainTest {
    @TempDir Path folder;

    @Test
    void every_command_explains_itself() {
        for (List<String> path : commands(Main.commandLine(), List.of())) {
            var words = new ArrayList<>(path);
            words.add("--help");
            Run run = Run.of(words.toArray());
            assertThat(run.exitCode()).as("evenkeel %s", words).isZero();
            assertThat(run.out())
                    .as("evenkeel %s", words)
                    .contains("Usage: evenkeel")
                    .contains("--help");
        }
    }

    private static List<List<String>> commands(CommandLine command, List<String> path) {
        var all = new ArrayList<List<String>>();
        for (var entry : command.getSubcommands().entrySet()) {
            // picocli's own two have no --help of the same kind
            if (entry.getKey().equals("help") || entry.getKey().equals("generate-completion"))
                continue;
            var below = new ArrayList<>(path);
            below.add(entry.getKey());
            assertThat(entry.getValue().getCommandSpec().usageMessage().description())
                    .as("description of %s", below)
                    .isNotEmpty();
            all.add(below);
            all.addAll(commands(entry.getValue(), below));
        }
        return all;
    }

    @Test
    void the_help_names_the_exit_codes() {
        assertThat(Run.of("--help").out())
                .contains("Exit codes:")
                .contains("the server cannot be reached");
    }

    @Test
    void wrong_usage_is_told_with_exit_code_2() {
        assertThat(Run.of("frobnicate").exitCode()).isEqualTo(2);
        assertThat(Run.of("rollout", "start").err()).contains("VERSION");
    }

    @Test
    void a_fault_that_no_network_has_is_told_with_those_that_are_known() {
        Run run = Run.of("lab", "proxy", "--fault", "latency=soon");
        assertThat(run.err()).contains("expected a time such as 200ms or 60s, found 'soon'");
        assertThat(Run.of("lab", "proxy", "--fault", "wet").err())
                .contains("'wet' is no fault; known are:")
                .contains("cut-every=TIME");
        assertThat(Run.of("lab", "proxy", "--listen", "8443").err()).contains("expected HOST:PORT");
    }

    @Test
    void a_missing_blueprint_and_a_missing_lock_are_told_with_what_to_do() throws IOException {
        Run missing = Run.of("build", folder.resolve("none.toml").toString());
        assertThat(missing.exitCode()).isEqualTo(1);
        assertThat(missing.err())
                .contains("there is no blueprint")
                .contains("examples/qemu-x86/blueprint.toml");

        Path blueprint = folder.resolve("blueprint.toml");
        Files.writeString(
                blueprint,
                Files.readString(Path.of("../examples/qemu-x86/blueprint.toml"))
                        .replaceAll("(?m)^(overlay|required|wanted) = .*$", ""));
        Run unlocked = Run.of("build", blueprint.toString());
        assertThat(unlocked.exitCode()).isEqualTo(1);
        assertThat(unlocked.err()).contains("there is no lock").contains("evenkeel lock");
    }

    @Test
    void a_mistake_in_a_blueprint_names_file_and_line() throws IOException {
        Path blueprint = folder.resolve("blueprint.toml");
        Files.writeString(blueprint, "name = \"x\"\nversoin = \"1.0\"\n");
        Run run = Run.of("lock", blueprint.toString());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("blueprint.toml").contains("versoin").contains("2");
    }

    @Test
    void a_folder_that_is_no_release_is_refused_before_anything_is_sent() {
        Run run = Run.of("publish", folder.toString());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("is no release folder");
    }

    @Test
    void without_a_server_the_message_says_how_to_start_one() throws IOException {
        Run never = Run.of("release", "list", "--data", folder.toString());
        assertThat(never.exitCode()).isEqualTo(4);
        assertThat(never.err()).contains("evenkeel server");
    }

    @Test
    void a_short_proof_of_a_blueprint_ends_with_one_line_for_machines() {
        Run run =
                Run.of("prove", "../examples/demo/1.0/blueprint.toml", "--budget", "5s", "--json");
        assertThat(run.exitCode()).as(run.err()).isZero();
        String last = run.out().strip().lines().toList().getLast();
        JsonObject json = StrictJson.parseObject(last.getBytes(UTF_8), 1 << 20);
        assertThat(json.size("states")).isPositive();
        assertThat(json.array("broken").items()).isEmpty();
        assertThat(json.size("known_bad")).isGreaterThanOrEqualTo(12);
        assertThat(json.has("cuts") && json.has("known_bad_caught") && json.has("seconds"))
                .isTrue();
    }

    @Test
    void what_is_proven_can_be_listed_and_a_wrong_budget_is_told() {
        assertThat(Run.of("prove", "--list-promises").out()).contains("old-or-new", "one-attempt");
        Run wrong = Run.of("prove", "--budget", "soon");
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err()).contains("--budget is a time such as 60s");
    }

    @Test
    void a_completion_script_can_be_made() {
        assertThat(Run.of("generate-completion").out()).contains("complete -F").contains("rollout");
    }
}

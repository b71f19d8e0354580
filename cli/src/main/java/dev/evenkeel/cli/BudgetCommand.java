// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import dev.evenkeel.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `evenkeel budget`: what updates may fetch over the network.
@Command(
        name = "budget",
        mixinStandardHelpOptions = true,
        description = {
            "Bounds what one update of one device may fetch over the network.",
            "",
            "A link class is a group: put all devices behind cellular modems into one and give it a budget. A rollout has one of its own with 'evenkeel rollout start --budget'. All that hold for a device hold together; where its cheapest way costs more, the strictest policy decides."
        })
final class BudgetCommand extends CommandGroup {
    /// Whose budget it is.
    static final class Holder {
        @Option(names = "--group", paramLabel = "NAME", description = "Each device of a group.")
        private String group = "";

        @Option(names = "--device", paramLabel = "DEVICE", description = "One device.")
        private String device = "";

        private String path() {
            return group.isEmpty()
                    ? "/api/v1/devices/" + Paths.segment(device) + "/budget"
                    : "/api/v1/groups/" + Paths.segment(group) + "/budget";
        }

        private String words() {
            return group.isEmpty() ? "device " + device : "group " + group;
        }
    }

    @Command(
            name = "set",
            mixinStandardHelpOptions = true,
            description = "Gives a group or a device a budget, or another one.")
    int set(
            @Mixin ServerAccess access,
            @Mixin Output output,
            @ArgGroup(multiplicity = "1") Holder holder,
            @Parameters(
                            paramLabel = "BYTES",
                            converter = ByteSize.class,
                            description = "What each update may fetch: 20M.")
                    long bytes,
            @Option(
                            names = "--beyond",
                            paramLabel = "POLICY",
                            defaultValue = "ask",
                            description =
                                    "allow, ask, wait or refuse an update that needs more (default: ${DEFAULT-VALUE}).")
                    String beyond)
            throws IOException {
        try (ServerClient server = access.open()) {
            JsonObject answer =
                    server.put(holder.path(), JsonObject.of("bytes", bytes).with("beyond", beyond));
            output.show(
                    answer, () -> output.line(holder.words() + ", each update: " + words(answer)));
            return 0;
        }
    }

    @Command(name = "remove", mixinStandardHelpOptions = true, description = "Takes a budget away.")
    int remove(
            @Mixin ServerAccess access,
            @Mixin Output output,
            @ArgGroup(multiplicity = "1") Holder holder)
            throws IOException {
        try (ServerClient server = access.open()) {
            server.delete(holder.path());
            output.show(JsonObject.EMPTY, () -> output.line(holder.words() + " has no budget now"));
            return 0;
        }
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "The budgets of groups and devices.")
    int list(@Mixin ServerAccess access, @Mixin Output output) throws IOException {
        try (ServerClient server = access.open()) {
            JsonObject answer = server.get("/api/v1/budgets");
            output.show(
                    answer,
                    () -> {
                        var rows = new ArrayList<List<String>>();
                        rows.add(List.of("HOLDER", "EACH UPDATE", "BEYOND IT"));
                        for (JsonObject one : answer.array("budgets").objects()) {
                            rows.add(
                                    List.of(
                                            one.optionalText("group")
                                                    .map(group -> "group " + group)
                                                    .orElseGet(
                                                            () -> "device " + one.text("device")),
                                            Output.size(one.integer("bytes")),
                                            one.text("beyond")));
                        }
                        output.table(rows);
                    });
            return 0;
        }
    }

    static String words(JsonObject budget) {
        return "at most "
                + Output.size(budget.integer("bytes"))
                + ", beyond that "
                + budget.text("beyond");
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.agent;

import dev.evenkeel.core.MalformedInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The words of the command line.
///
/// @param folder that stands for the device; empty for this machine
record Arguments(Command command, String folder, boolean isJson) {
    static final String HELP =
            """
            evenkeel-agent: keeps this device up to date.

              evenkeel-agent run               what the service does; ends only when told to
              evenkeel-agent status [--json]   which release runs, why, and what happened last
              evenkeel-agent doctor [--json]   what this device trusts, by what right, and what ends next
              evenkeel-agent rollback          restart into the other slot's release, on trial
              evenkeel-agent version
              evenkeel-agent help

            --device-folder DIR   a folder stands for the device (tests and training): its files
                                  env-0 env-1 state boot-a slot-a boot-b slot-b cmdline boot_id
                                  release.json and run/; a reboot ends `run` with code 75

            Exit codes: 0 done, 1 failed or denied, 2 wrong use, 3 the doctor warns, 75 reboot wanted
            (only with --device-folder).
            """;

    enum Command {
        RUN,
        STATUS,
        DOCTOR,
        ROLLBACK,
        VERSION,
        HELP
    }

    static Arguments parse(String... words) {
        String folder = "";
        boolean isJson = false;
        List<Command> commands = new ArrayList<>();
        for (int i = 0; i < words.length; i++) {
            switch (words[i]) {
                case "--json" -> isJson = true;
                case "--device-folder" -> {
                    i++;
                    if (i == words.length) throw new MalformedInput("--device-folder: which one?");
                    folder = words[i];
                }
                case "--help", "-h" -> commands.add(Command.HELP);
                case "--version" -> commands.add(Command.VERSION);
                default -> commands.add(command(words[i]));
            }
        }
        if (commands.isEmpty()) commands.add(Command.HELP);
        if (commands.size() > 1) throw new MalformedInput("one command at a time");
        boolean tells =
                commands.getFirst() == Command.STATUS || commands.getFirst() == Command.DOCTOR;
        if (isJson && !tells) {
            throw new MalformedInput("--json belongs to status and doctor");
        }
        return new Arguments(commands.getFirst(), folder, isJson);
    }

    private static Command command(String word) {
        for (Command command : Command.values()) {
            if (command.name().toLowerCase(Locale.ROOT).equals(word)) return command;
        }
        throw new MalformedInput("no command or option '" + word + "'");
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import java.util.Arrays;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// The command `evenkeel`.
@Command(
        name = "evenkeel",
        mixinStandardHelpOptions = true,
        versionProvider = Main.VersionOfBuild.class,
        description =
                "Builds, signs, serves and rolls out whole-OS images for fleets of Linux devices that always come back by themselves.",
        commandListHeading = "%nCommands:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:refused or failed; the message says what, expected, found, and what to do",
            "2:wrong usage",
            "3:something on this machine is missing",
            "4:the server cannot be reached",
            "130:interrupted; nothing is left half-made"
        },
        subcommands = {
            DemoCommand.class,
            LockCommand.class,
            BuildCommand.class,
            PublishCommand.class,
            ReleaseCommand.class,
            ContentCommand.class,
            KeysCommand.class,
            RootCommand.class,
            DoctorCommand.class,
            DeltaCommand.class,
            PlanCommand.class,
            DeviceCommand.class,
            RolloutCommand.class,
            BudgetCommand.class,
            ServerCommand.class,
            LabCommand.class,
            ProveCommand.class,
            TufCommand.class,
            GenerateCompletion.class,
            HelpCommand.class
        })
public final class Main implements Runnable {
    @Spec private CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /// `tuf` alone is not looked up among all commands: their classes would take half of its time.
    static int run(String... arguments) {
        if (arguments.length == 0 || !arguments[0].equals("tuf")) {
            return commandLine().execute(arguments);
        }
        return commandLine(new TufCommand())
                .setCommandName("evenkeel tuf")
                .execute(Arrays.copyOfRange(arguments, 1, arguments.length));
    }

    static CommandLine commandLine() {
        return commandLine(new Main());
    }

    private static CommandLine commandLine(Object command) {
        return new CommandLine(command)
                .setExecutionExceptionHandler(new Faults())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setAbbreviatedOptionsAllowed(false);
    }

    @Override
    public void run() {
        spec.commandLine().usage(System.out);
    }

    static final class VersionOfBuild implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"evenkeel " + (version == null ? "0.1.0-SNAPSHOT" : version)};
        }
    }
}

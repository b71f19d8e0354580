// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// A command that only holds others: alone it shows its help.
abstract class CommandGroup implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import picocli.CommandLine.Command;

@Command(name = "lab", mixinStandardHelpOptions = true)
final class LabCommand implements Runnable {
    @Override
    public void run() {}
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import picocli.CommandLine.Command;

@Command(name = "build", mixinStandardHelpOptions = true)
final class BuildCommand implements Runnable {
    @Override
    public void run() {}
}

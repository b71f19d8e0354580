// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import picocli.CommandLine.Command;

@Command(name = "server", mixinStandardHelpOptions = true)
final class ServerCommand implements Runnable {
    @Override
    public void run() {}
}

// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import picocli.CommandLine.Command;

@Command(name = "rollout", mixinStandardHelpOptions = true)
final class RolloutCommand implements Runnable {
    @Override
    public void run() {}
}

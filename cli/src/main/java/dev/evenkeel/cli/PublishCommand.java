// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import picocli.CommandLine.Command;

@Command(name = "publish", mixinStandardHelpOptions = true)
final class PublishCommand implements Runnable {
    @Override
    public void run() {}
}

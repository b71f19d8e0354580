// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import picocli.CommandLine.Command;

@Command(name = "release", mixinStandardHelpOptions = true)
final class ReleaseCommand implements Runnable {
    @Override
    public void run() {}
}

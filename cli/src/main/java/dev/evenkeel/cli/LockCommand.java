// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import picocli.CommandLine.Command;

@Command(name = "lock", mixinStandardHelpOptions = true)
final class LockCommand implements Runnable {
    @Override
    public void run() {}
}

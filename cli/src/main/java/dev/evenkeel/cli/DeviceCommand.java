// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.cli;

import picocli.CommandLine.Command;

@Command(name = "device", mixinStandardHelpOptions = true)
final class DeviceCommand implements Runnable {
    @Override
    public void run() {}
}

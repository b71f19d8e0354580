// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

import java.io.IOException;

/// A virtual disk without power was asked for something.
public final class PowerIsOff extends IOException {
    PowerIsOff(String disk) {
        super("disk " + disk + " has no power: switch it on before using it");
    }
}

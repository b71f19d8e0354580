// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.lab;

/// How QEMU runs the guest's instructions.
///
/// @param accelerator of `-accel`
/// @param cpu of `-cpu`
public record Acceleration(String accelerator, String cpu) {
    /// Software emulation. Under QEMU 7.2 the richer `max` made Debian's kernel panic now and then;
    /// with SHA instructions (QEMU 9 and later, ignored before) dm-verity is half as fast again.
    public static final Acceleration EMULATION = new Acceleration("tcg", "Nehalem,+sha-ni");

    public static final Acceleration KVM = new Acceleration("kvm", "host");

    public boolean isEmulation() {
        return accelerator.equals("tcg");
    }

    @Override
    public String toString() {
        return isEmulation() ? "emulation (" + cpu + ")" : accelerator;
    }
}

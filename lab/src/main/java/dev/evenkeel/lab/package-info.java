/// Virtual devices, power cuts, the torture and the demo's stage. Start with [Machine] (QEMU) and
/// [Torture]. What simulates a whole device in memory is in `testkit`, not here.
@org.jspecify.annotations.NullMarked
package dev.evenkeel.lab;

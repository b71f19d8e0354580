/// A device, its server and its power supply in memory, and the prover that cuts that power at
/// every instant. Start with [SimulatedDevice] and [SimulatedDisk]: they stand behind the ports of
/// the agent that ships, never in its place. Deliberately not here: real kernels and bootloaders
/// (module lab). The agent's own tests over the simulated device stand in this module's test
/// folder, in the agent's package, because a module's tests cannot use what depends on it.
@NullMarked
package dev.evenkeel.testkit;

import org.jspecify.annotations.NullMarked;

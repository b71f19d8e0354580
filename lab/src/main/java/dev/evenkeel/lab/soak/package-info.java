/// A fleet that lives for weeks in minutes: the agents that ship on simulated devices, against the
/// server that ships, under one simulated clock, with faults at stated rates. Start with [Soak] and
/// [SoakOptions]. Deliberately not here: sockets and TLS (package `net` and the agent's own client)
/// and real kernels (package `lab`).
@NullMarked
package dev.evenkeel.lab.soak;

import org.jspecify.annotations.NullMarked;

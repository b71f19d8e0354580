/// Deltas that the server makes by itself, ahead of the devices that will ask for them: which
/// ([Demand]), one after the other ([DeltaQueue]), each in a process of its own ([Workshop]).
/// Deliberately not here: how a delta is made (`content`, package `delta`), who signs that it is
/// the right one (`trust`), which way a device takes (`agent`).
@NullMarked
package dev.evenkeel.server.delta;

import org.jspecify.annotations.NullMarked;

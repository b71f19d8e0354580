/// One process for a fleet: device API, content, operator API and console over HTTPS on one port.
/// Start with [Server#start]; the routes are listed in `Server`'s wiring. What a fleet *is* lies in
/// module fleet; here it is only carried over HTTP.
@NullMarked
package dev.evenkeel.server;

import org.jspecify.annotations.NullMarked;

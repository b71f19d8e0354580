// SPDX-License-Identifier: Apache-2.0
package dev.evenkeel.server.fault;

import dev.evenkeel.server.Client;
import java.net.URI;

/// The way to the server; the same after every restart.
record Line(URI address, byte[] authority, Client operator, Client nobody) {}
